package clamd_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"qianshao/config/engine/enginetest"
	"qianshao/triage/clamd"
)

func TestScan(t *testing.T) {
	s := enginetest.Clamd(t)
	large := make([]byte, enginetest.ClamdLimit+1)
	broken := errors.New("store away")
	for _, address := range []string{s.Address, s.Socket} {
		c := clamd.New(address)
		if err := c.Ping(t.Context()); err != nil {
			t.Fatalf("ping %s: %v", address, err)
		}
		for name, f := range map[string]struct {
			file     io.Reader
			infected bool
			fails    bool
		}{
			"harmless":             {strings.NewReader("一张照片"), false, false},
			"nothing":              {strings.NewReader(""), false, false},
			"many pieces":          {bytes.NewReader(large[:300_000]), false, false},
			"just a piece":         {bytes.NewReader(large[:64<<10]), false, false},
			"a virus":              {strings.NewReader("x" + enginetest.Virus), true, false},
			"a virus over a piece": {strings.NewReader(strings.Repeat("x", 64<<10-9) + enginetest.Virus + "x"), true, false},
			"larger than it takes": {bytes.NewReader(large), false, true},
			"a file that breaks":   {io.MultiReader(strings.NewReader("x"), failing{broken}), false, true},
		} {
			infected, err := c.Scan(t.Context(), f.file)
			if infected != f.infected || (err != nil) != f.fails {
				t.Errorf("%s: infected %v, %v", name, infected, err)
			}
			if name == "a file that breaks" && !errors.Is(err, broken) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	s.Kill()
	for _, address := range []string{s.Address, s.Socket} {
		if infected, err := clamd.New(address).Scan(t.Context(), strings.NewReader("x")); err == nil || infected {
			t.Errorf("a daemon that is away: infected %v, %v", infected, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A peer that is no clamd, or dies in the middle, has said nothing; and nobody waits for it when the work is over.
func TestStrangePeers(t *testing.T) {
	for name, reply := range map[string]string{
		"says nothing": "", "says half of OK": "stream: OK", "says an error": "stream: Can't allocate memory ERROR\x00", "speaks HTTP": "HTTP/1.1 400 Bad Request\r\n\r\n",
	} {
		if infected, err := clamd.New(peer(t, reply)).Scan(t.Context(), strings.NewReader("x")); err == nil || infected {
			t.Errorf("a peer that %s: infected %v, %v", name, infected, err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := clamd.New(l.Addr().String()).Scan(ctx, strings.NewReader("x")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a peer that never answers: %v", err)
	}
}

// peer answers every connection with the same words, after it has read what was sent.
func peer(t *testing.T, reply string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.CopyN(io.Discard, c, int64(len("zINSTREAM\x00")+4+1+4))
			_, _ = io.WriteString(c, reply)
			_ = c.Close()
		}
	}()
	return l.Addr().String()
}
