package engine_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qianshao/config"
	"qianshao/config/engine"
	"qianshao/config/engine/enginetest"
)

// logged opens c and gives the error and what was logged.
func logged(ctx context.Context, t *testing.T, c *config.Config) (*engine.Engines, string, error) {
	t.Helper()
	var out bytes.Buffer
	e, err := engine.Open(ctx, c, slog.New(slog.NewTextHandler(&out, nil)))
	return e, out.String(), err
}

func TestBareMachine(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	e, log, err := logged(t.Context(), t, &config.Config{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log, "docs=sqlite blobs=disk queue=embedded") || strings.Count(log, "\n") != 1 || strings.Contains(log, data) {
		t.Errorf("logged %q", log)
	}
	if _, err := e.Blobs.Put(t.Context(), "a", strings.NewReader("x")); err != nil {
		t.Error(err)
	}
	for _, file := range []string{"docs.db", "evidence/objects/a"} {
		if _, err := os.Stat(filepath.Join(data, file)); err != nil {
			t.Error(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func TestServers(t *testing.T) {
	t.Parallel()
	c := &config.Config{Data: t.TempDir(), Redis: config.Secret(enginetest.Redis(t)), S3: config.Secret(enginetest.MinIO(t))}
	e, log, err := logged(t.Context(), t, c)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log, "docs=sqlite blobs=s3 queue=redis") {
		t.Errorf("logged %q", log)
	}
	for _, address := range []config.Secret{c.Redis, c.S3} {
		u, err := url.Parse(string(address))
		if err != nil {
			t.Fatal(err)
		}
		if secret, _ := u.User.Password(); strings.Contains(log, secret) || strings.Contains(log, u.Host) {
			t.Errorf("the log tells the address: %q", log)
		}
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

// TestUnreachable: an engine that was asked for and is not there ends the start, with the name of its setting and without its secret.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for setting, c := range map[string]*config.Config{
		"QIANSHAO_MONGO": {Mongo: "mongodb://u:hunter2@127.0.0.1:1/x?serverSelectionTimeoutMS=300"},
		"QIANSHAO_S3":    {S3: "http://u:hunter2@127.0.0.1:1/bucket"},
		"QIANSHAO_REDIS": {Redis: "redis://:hunter2@127.0.0.1:1"},
		"QIANSHAO_DATA":  {Data: filepath.Join(file, "data")},
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			if c.Data == "" {
				c.Data = t.TempDir()
			}
			// The MongoDB driver looks for a server until its caller's time is over.
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			_, log, err := logged(ctx, t, c)
			if err == nil || log != "" {
				t.Fatalf("opened: %v, logged %q", err, log)
			}
			if !strings.Contains(err.Error(), setting) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error: %v", err)
			}
		})
	}
}
