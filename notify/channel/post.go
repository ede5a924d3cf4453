package channel

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"qianshao/config"
)

// answer is what a server said.
type answer struct {
	status int
	body   []byte        // its first kilobytes
	after  time.Duration // of Retry-After
}

const (
	mostAnswer = 16 << 10  // bytes of an answer; what vendors send has some hundred
	mostAfter  = time.Hour // a server that wants longer is asked again then
)

// client is shared by all addresses: each has a connection of its own, and no request outlives its time.
var client = &http.Client{
	Timeout:       sendLimit,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, MaxResponseHeaderBytes: mostAnswer, MaxConnsPerHost: 16, IdleConnTimeout: time.Minute,
		TLSHandshakeTimeout: sendLimit, ForceAttemptHTTP2: true,
	},
}

// post sends body to url and reads the first bytes of the answer, as many as are wanted. Errors are *Failure.
func post(ctx context.Context, url string, header http.Header, body []byte, want int64) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return answer{}, &Failure{Code: "address", Permanent: true}
	}
	if header != nil {
		req.Header = header
	}
	req.Header.Set("User-Agent", "qianshao")
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, unreached(ctx, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, want))
	if err != nil {
		return answer{}, unreached(ctx, err)
	}
	a := answer{status: resp.StatusCode, body: raw}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
		a.after = min(time.Duration(s)*time.Second, mostAfter)
	}
	return a, nil
}

// robot posts JSON to a robot of a group, which answers 200 also when it refuses: only errcode 0 is a yes. refusal makes a failure of another one.
func robot(ctx context.Context, url config.Secret, message any, refusal func(code int) *Failure) error {
	body, err := json.Marshal(message)
	if err != nil {
		return &Failure{Code: "message", Permanent: true}
	}
	a, err := post(ctx, url.Reveal(), http.Header{"Content-Type": {"application/json; charset=utf-8"}}, body, mostAnswer)
	if err != nil {
		return err
	}
	if a.status != http.StatusOK {
		return byStatus(a)
	}
	var said struct {
		Code *int `json:"errcode"`
	}
	if err := json.Unmarshal(a.body, &said); err != nil || said.Code == nil {
		return &Failure{Code: "answer"}
	}
	if *said.Code != 0 {
		f := refusal(*said.Code)
		f.Code = "errcode " + strconv.Itoa(*said.Code)
		return f
	}
	return nil
}
