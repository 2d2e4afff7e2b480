package oauth2

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// answer is what came of a request. The body may hold a token, and is never a part of an error.
type answer struct {
	status  int
	failure string
	body    string
}

type tokenBody struct {
	AccessToken string      `json:"access_token"`
	TokenType   string      `json:"token_type"`
	ExpiresIn   json.Number `json:"expires_in"`
	Error       string      `json:"error"`
}

// errorCode is what the standard allows, kept short.
var errorCode = regexp.MustCompile(`^[a-zA-Z_.-]{1,60}$`)

func readAnswer(a answer, asked time.Time) (token, error) {
	if a.status == 0 {
		return token{}, fmt.Errorf("did not answer: %s", a.failure)
	}
	var body tokenBody
	decoder := json.NewDecoder(strings.NewReader(a.body))
	err := decoder.Decode(&body)
	if a.status < 200 || a.status > 299 {
		if errorCode.MatchString(body.Error) {
			return token{}, fmt.Errorf("answered %d (%s)", a.status, body.Error)
		}
		return token{}, fmt.Errorf("answered %d", a.status)
	}
	if err != nil {
		return token{}, errors.New("answered with something that is not JSON")
	}
	if body.AccessToken == "" {
		return token{}, errors.New("answered without an access_token")
	}
	if body.TokenType != "" && !strings.EqualFold(body.TokenType, "bearer") {
		return token{}, errors.New("gave a token that is not of the type bearer")
	}
	life, err := strconv.ParseFloat(body.ExpiresIn.String(), 64)
	if err != nil || math.IsNaN(life) {
		life = 0
	}
	// No token lives longer than this; a larger number would not fit into a duration.
	life = min(max(life, 0), (365 * 24 * time.Hour).Seconds())
	return newToken(body.AccessToken, asked, time.Duration(life*float64(time.Second))), nil
}
