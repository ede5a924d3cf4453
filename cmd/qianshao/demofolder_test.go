package main

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// serveBriefly starts a process, stops it when it has welcomed the person at the terminal, and gives its exit status.
func serveBriefly(t *testing.T, env []string) (code int, printed string) {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	defer end()
	w := &welcomed{end: end}
	code = run(ctx, []string{"run"}, func(name string) string { return value(env, name) }, w, w)
	return code, w.out.String()
}

// welcomed keeps what is printed and calls end after the empty line that closes the welcome.
type welcomed struct {
	mu  sync.Mutex
	out strings.Builder
	end func()
}

func (w *welcomed) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if string(p) == "\n" {
		w.end()
	}
	return w.out.Write(p)
}

func TestADemonstrationAndRealDataKeepApart(t *testing.T) {
	t.Parallel()
	real, demo := filepath.Join(t.TempDir(), "real"), filepath.Join(t.TempDir(), "demo")
	for _, step := range []struct {
		name, data, demo string
		code             int
	}{
		{"real starts", real, "false", 0},
		{"no demonstration on real accounts", real, "true", 1},
		{"real starts again", real, "false", 0},
		{"a demonstration starts", demo, "true", 0},
		{"no real work with public passwords", demo, "false", 1},
		{"the demonstration starts again", demo, "true", 0},
	} {
		env := settings(t, "QIANSHAO_DATA="+step.data, "QIANSHAO_DEMO="+step.demo)
		code, out := serveBriefly(t, env)
		if code != step.code || code == 1 && !strings.Contains(out, "另用一个文件夹") {
			t.Fatalf("%s: exit status %d, want %d\n%s", step.name, code, step.code, out)
		}
	}
}
