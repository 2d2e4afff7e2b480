package oauth2

import (
	"context"
	"sync"
	"time"
)

const (
	// retryAfter is the time between two tries to renew a token that is still good.
	retryAfter = time.Second

	// maxMargin and marginShare say how long before its end a token is renewed: 30 seconds, or a quarter of a short life.
	maxMargin   = 30 * time.Second
	marginShare = 4
)

// token is what the service gave. Without an end it is good until it is rejected.
type token struct {
	value string
	ends  time.Time
	// asked is when it was asked for.
	asked time.Time
	// renewAt is when the next try to renew it is due; it stays unset where nothing asks for one.
	renewAt time.Time
}

func newToken(value string, asked time.Time, life time.Duration) token {
	if life <= 0 {
		return token{value: value, asked: asked}
	}
	ends := asked.Add(life)
	return token{value: value, asked: asked, ends: ends, renewAt: ends.Add(-min(maxMargin, life/marginShare))}
}

func (t token) isGood(now time.Time) bool {
	return t.value != "" && (t.ends.IsZero() || now.Before(t.ends))
}

func (t token) isDue(now time.Time) bool { return !t.renewAt.IsZero() && !now.Before(t.renewAt) }

// shelf keeps the token that all users share. One of them renews it while the others go on with the one before.
type shelf struct {
	mu      sync.Mutex
	current token
	// fetching is closed when the request under way has ended.
	fetching chan struct{}
}

// get gives a good token. It waits only where there is none, and fails only where there is none to be had.
func (s *shelf) get(ctx context.Context, fetch func() (token, error), warn func(error)) (string, error) {
	for {
		s.mu.Lock()
		now, current, underWay := time.Now(), s.current, s.fetching
		if current.isGood(now) && (!current.isDue(now) || underWay != nil) {
			s.mu.Unlock()
			return current.value, nil
		}
		if underWay == nil {
			s.fetching = make(chan struct{})
			s.mu.Unlock()
			return s.renew(fetch, warn)
		}
		s.mu.Unlock()
		select {
		case <-underWay:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func (s *shelf) renew(fetch func() (token, error), warn func(error)) (string, error) {
	var made token
	var err error
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		close(s.fetching)
		s.fetching = nil
	}()
	made, err = fetch()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.current = made
		return made.value, nil
	}
	if now := time.Now(); s.current.isGood(now) {
		s.current.renewAt = now.Add(retryAfter)
		warn(err)
		return s.current.value, nil
	}
	return "", err
}

// reject says that a service refused a token. It is renewed before the next request, and stays in use where that fails.
// Answers to requests with the token before it say nothing of this one.
func (s *shelf) reject(value string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.value != value || s.current.isDue(now) {
		return
	}
	// Where every token is refused, each is tried for a while: the load must not become one on the token service.
	due := s.current.asked.Add(retryAfter)
	if due.Before(now) {
		due = now
	}
	if s.current.renewAt.IsZero() || due.Before(s.current.renewAt) {
		s.current.renewAt = due
	}
}
