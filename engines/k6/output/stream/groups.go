package stream

import "go.k6.io/k6/v2/metrics"

func (f *fold) meaningOf(tags *metrics.TagSet) *meaning {
	if tags == f.lastTags && f.lastMeaning != nil {
		return f.lastMeaning
	}
	m := f.meanings[tags]
	if m == nil {
		m = readTags(tags)
		if len(f.meanings) >= maxTagSets {
			clear(f.meanings)
		}
		f.meanings[tags] = m
	}
	f.lastTags, f.lastMeaning = tags, m
	return m
}

func readTags(tags *metrics.TagSet) *meaning {
	m := &meaning{}
	if tags == nil {
		return m
	}
	m.scenario, _ = tags.Get("scenario")
	m.inLoad = m.scenario != ""
	m.step, _ = tags.Get("name")
	m.status, _ = tags.Get("status")
	m.errorCode, _ = tags.Get("error_code")
	m.expects, _ = tags.Get("expects")
	_, m.closes = tags.Get("closes")
	switch aside, _ := tags.Get("aside"); aside {
	case pollMetric, tokenMetric:
		m.aside = aside
	}
	return m
}

func (f *fold) requestGroup(key requestKey) *requestGroup {
	if group := f.requests[key]; group != nil {
		return group
	}
	if len(f.requestOrder) >= maxGroups && key.step != overflowStep {
		key.step = overflowStep
		return f.requestGroup(key)
	}
	group := &requestGroup{requestKey: key}
	f.requests[key] = group
	f.requestOrder = append(f.requestOrder, group)
	return group
}

// metricGroupOf is nil where the sample belongs to no scenario.
func (f *fold) metricGroupOf(s *metrics.Sample) *metricGroup {
	if group, known := f.series[s.TimeSeries]; known {
		return group
	}
	if len(f.series) >= maxTagSets {
		clear(f.series)
	}
	var group *metricGroup
	if m := f.meaningOf(s.Tags); m.inLoad {
		key := metricKey{metric: s.Metric.Name, kind: s.Metric.Type, scenario: m.scenario, step: m.step}
		if s.Metric == f.builtin.Checks {
			key.step, _ = s.Tags.Get("check")
		}
		key.outcome = taskOutcome(s.Tags)
		group = f.metricGroup(key, s.Metric.Type == metrics.Trend && s.Metric.Contains == metrics.Time)
	}
	f.series[s.TimeSeries] = group
	return group
}

func (f *fold) metricGroup(key metricKey, isTime bool) *metricGroup {
	if group := f.metrics[key]; group != nil {
		return group
	}
	if len(f.metricOrder) >= maxGroups && key.step != overflowStep {
		key.step = overflowStep
		return f.metricGroup(key, isTime)
	}
	group := &metricGroup{metricKey: key, isTime: isTime}
	f.metrics[key] = group
	f.metricOrder = append(f.metricOrder, group)
	return group
}

// taskOutcome leaves out what is not one of the outcomes of a task: a script may use the tag for something else.
func taskOutcome(tags *metrics.TagSet) string {
	switch outcome, _ := tags.Get("outcome"); outcome {
	case "success", "failed", "unjudged", "timeout":
		return outcome
	default:
		return ""
	}
}
