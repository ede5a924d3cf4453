package handlers

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// slow posts a body in pieces with a pause after each, and hangs up never. It gives the answer and how long it took.
func slow(t *testing.T, web *httptest.Server, path string, f *form, length int, pieces [][]byte, pause time.Duration) (int, string, time.Duration) {
	t.Helper()
	conn, err := net.Dial("tcp", web.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	start := time.Now()
	if err := conn.SetDeadline(start.Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	go func() {
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: tips.example\r\nContent-Type: %s\r\nContent-Length: %d\r\nSec-Fetch-Site: same-origin\r\n\r\n", path, f.w.FormDataContentType(), length)
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for _, p := range pieces {
			if _, err := conn.Write(p); err != nil {
				return // the server has answered already
			}
			<-tick.C
		}
	}()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("no answer after %v: %v", time.Since(start), err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw), time.Since(start)
}

func cut(b []byte, n int) (pieces [][]byte) {
	for size := len(b)/n + 1; len(b) > size; b = b[size:] {
		pieces = append(pieces, b[:size])
	}
	return append(pieces, b)
}

func TestSlowUploads(t *testing.T) {
	r := newRig(t)
	r.server.stall = time.Second
	serve := func(total time.Duration) *httptest.Server {
		web := httptest.NewUnstartedServer(r.server.router)
		web.Config.ReadTimeout = total
		web.Start()
		t.Cleanup(web.Close)
		return web
	}
	patient := serve(time.Minute)
	whole := func() (*form, []byte) {
		f := newForm(r.tipFields()...).file("photos", "a.jpg", photo(t))
		if err := f.w.Close(); err != nil {
			t.Fatal(err)
		}
		return f, f.b.Bytes()
	}

	f, b := whole() // twice as long as the stall, but something comes all the time
	status, page, took := slow(t, patient, "/report", f, len(b), cut(b, 20), 100*time.Millisecond)
	if status != http.StatusOK || !strings.Contains(page, "收到 1 张照片。") || took < 1500*time.Millisecond {
		t.Errorf("a trickling upload: status %d after %v", status, took)
	}
	f, b = whole() // the last bytes never come
	status, page, took = slow(t, patient, "/report", f, len(b), cut(b[:len(b)-40], 1), time.Minute)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "没传完网就断了") || !strings.Contains(page, "夜里有味") || took > 5*time.Second {
		t.Errorf("a stalled upload: status %d after %v", status, took)
	}
	f, b = whole() // refused before its body is read
	if status, _, took = slow(t, patient, "/nowhere", f, len(b), nil, time.Minute); status != http.StatusNotFound || took > 5*time.Second {
		t.Errorf("a stalled upload to nowhere: status %d after %v", status, took)
	}
	f, b = whole() // the total stays, however busily it trickles
	if status, _, took = slow(t, serve(time.Second), "/report", f, len(b), cut(b, 100), 100*time.Millisecond); status != http.StatusUnprocessableEntity || took > 5*time.Second {
		t.Errorf("an upload without end: status %d after %v", status, took)
	}
}
