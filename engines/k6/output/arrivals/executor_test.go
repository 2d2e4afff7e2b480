package arrivals

import (
	"context"
	"testing"
	"time"
)

// These come every millisecond for a second.
func everyMillisecond() func() (time.Duration, bool) {
	told := 0
	return func() (time.Duration, bool) {
		told++
		return time.Duration(told) * time.Millisecond, told <= 1000
	}
}

func TestWhoeverIsLateForTheEndStillArrives(t *testing.T) {
	arrived := 0
	inTime(t.Context(), time.Now().Add(-time.Minute), everyMillisecond(), func() { arrived++ })
	if arrived != 1000 {
		t.Errorf("%d of 1000 arrived", arrived)
	}
}

func TestNobodyArrivesOnceTheTestIsStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	arrived := 0
	inTime(ctx, time.Now(), everyMillisecond(), func() {
		if arrived++; arrived == 10 {
			stop()
		}
	})
	if arrived != 10 {
		t.Errorf("%d arrived, and 10 were to", arrived)
	}
}
