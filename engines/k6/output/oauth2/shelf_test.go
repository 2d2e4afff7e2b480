package oauth2

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestOneUserFetchesForAll(t *testing.T) {
	var s shelf
	var fetched atomic.Int32
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			value, err := s.get(context.Background(), func() (token, error) {
				fetched.Add(1)
				return newToken("a", time.Now(), time.Hour), nil
			}, nil)
			if value != "a" || err != nil {
				t.Errorf("got %q, %v", value, err)
			}
		})
	}
	group.Wait()
	if n := fetched.Load(); n != 1 {
		t.Errorf("%d requests for one token", n)
	}
}

func TestOthersGoOnWhileOneRenews(t *testing.T) {
	now := time.Now()
	s := shelf{current: newToken("old", now.Add(-55*time.Minute), time.Hour)}
	s.reject("old", now)
	value, err := s.get(context.Background(), func() (token, error) {
		other, _ := s.get(context.Background(), func() (token, error) { return token{}, errors.New("a second request") }, nil)
		if other != "old" {
			t.Errorf("another user got %q while the token was renewed", other)
		}
		return newToken("new", now, time.Hour), nil
	}, nil)
	if value != "new" || err != nil {
		t.Errorf("got %q, %v", value, err)
	}
}

func TestATokenThatCannotBeRenewedIsUsedToItsEnd(t *testing.T) {
	now := time.Now()
	s := shelf{current: newToken("old", now.Add(-50*time.Minute), 51*time.Minute)}
	s.current.renewAt = now.Add(-time.Second)
	failing := func() (token, error) { return token{}, errors.New("down") }
	warned := 0
	value, err := s.get(context.Background(), failing, func(error) { warned++ })
	if value != "old" || err != nil || warned != 1 {
		t.Errorf("got %q, %v with %d warnings", value, err, warned)
	}
	s.current.ends = now
	if _, err = s.get(context.Background(), failing, nil); err == nil {
		t.Error("no failure though no token is good")
	}
}

func TestARejectionOfAnEarlierTokenIsNoNews(t *testing.T) {
	now := time.Now()
	s := shelf{current: newToken("new", now.Add(-time.Minute), time.Hour)}
	s.reject("old", now)
	if s.current.isDue(now) {
		t.Error("the new token is renewed")
	}
	s.reject("new", now)
	if !s.current.isDue(now) {
		t.Error("the rejected token is not renewed")
	}
}

func TestAnswersThatGiveNoTokenNeverShowTheirBody(t *testing.T) {
	for _, a := range []answer{
		{status: 200, body: `secret-thing`},
		{status: 200, body: `{"token":"secret-thing"}`},
		{status: 400, body: `{"error":"secret-thing with words"}`},
		{status: 200, body: `{"access_token":"secret-thing","token_type":"secret-thing"}`},
	} {
		_, err := readAnswer(a, time.Now())
		if err == nil || strings.Contains(err.Error(), "secret-thing") {
			t.Errorf("%v for %v", err, a)
		}
	}
}

func TestLives(t *testing.T) {
	asked := time.Now()
	for text, want := range map[string]time.Duration{
		`{"access_token":"abcd","expires_in":60}`:    45 * time.Second,
		`{"access_token":"abcd","expires_in":"60"}`:  45 * time.Second,
		`{"access_token":"abcd","expires_in":3600}`:  3570 * time.Second,
		`{"access_token":"abcd","expires_in":1e300}`: 365*24*time.Hour - 30*time.Second,
	} {
		made, err := readAnswer(answer{status: 200, body: text}, asked)
		if got := made.renewAt.Sub(asked); err != nil || got != want {
			t.Errorf("%s is renewed after %s, %v", text, got, err)
		}
	}
	made, err := readAnswer(answer{status: 200, body: `{"access_token":"abcd"}`}, asked)
	if err != nil || !made.isGood(asked.Add(time.Hour)) || made.isDue(asked.Add(time.Hour)) {
		t.Errorf("a token without an end: %v, %v", made, err)
	}
}
