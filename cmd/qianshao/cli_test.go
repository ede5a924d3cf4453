package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qianshao/config"
)

// status runs a command that needs no server and gives its exit status with what it printed.
func status(t *testing.T, env []string, args ...string) (code int, printed string) {
	t.Helper()
	var out bytes.Buffer
	code = run(t.Context(), args, func(name string) string { return value(env, name) }, &out, &out)
	return code, out.String()
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	export := filepath.Join(t.TempDir(), "county")
	broken := filepath.Join(t.TempDir(), "broken")
	if code, out := status(t, nil, "county", "export", broken); code != 0 {
		t.Fatal(out)
	}
	towns := filepath.Join(broken, "towns.yaml")
	raw, err := os.ReadFile(towns)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(towns, bytes.Replace(raw, []byte("141128103"), []byte("999999103"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	secret := "QIANSHAO_VAULT_KEY=" + strings.Repeat("ab", 32)
	for _, c := range []struct {
		name string
		env  []string
		args []string
		code int
		want []string
	}{
		{"no command", nil, nil, 0, []string{"Usage", "run", "staff"}},
		{"help", nil, []string{"--help"}, 0, []string{"Usage"}},
		{"version", nil, []string{"version"}, 0, []string{"qianshao"}},
		{"unknown command", nil, []string{"fly"}, 2, []string{"fly"}},
		{"unknown flag", nil, []string{"version", "--fast"}, 2, []string{"--fast"}},
		{"settings", nil, []string{"config"}, 0, []string{"QIANSHAO_LISTEN", "sqlite", "disk", "embedded"}},
		{"secrets are not printed", []string{secret}, []string{"config"}, 0, []string{"[redacted]"}},
		{"settings are fine", nil, []string{"config", "check"}, 0, []string{"没有问题"}},
		{
			"every problem at once",
			[]string{"QIANSHAO_LISTEN=nowhere", "QIANSHAO_CAPTCHA=perhaps", "QIANSHAO_S3=ftp://x"},
			[]string{"config", "check"}, 2,
			[]string{"QIANSHAO_LISTEN", "QIANSHAO_CAPTCHA", "QIANSHAO_S3"},
		},
		{"a web process needs Redis", nil, []string{"web"}, 2, []string{"QIANSHAO_REDIS"}},
		{"a missing settings file", nil, []string{"--config", "/nowhere.yaml", "config"}, 2, []string{"nowhere.yaml"}},
		{"export", nil, []string{"county", "export", export}, 0, []string{export}},
		{"export does not overwrite", nil, []string{"county", "export", broken}, 1, []string{"空文件夹"}},
		{"a folder that is not there", nil, []string{"county", "check", "/nowhere"}, 2, []string{"nowhere"}},
		{"a broken profile", nil, []string{"county", "check", broken}, 2, []string{"towns.yaml", "999999103"}},
		{"a broken profile is not used", []string{"QIANSHAO_PROFILE=" + broken}, []string{"config", "check"}, 2, []string{"towns.yaml"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out := status(t, c.env, c.args...)
			if code != c.code {
				t.Errorf("status %d, want %d\n%s", code, c.code, out)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("%q is not in:\n%s", want, out)
				}
			}
			if strings.Contains(out, strings.Repeat("ab", 32)) {
				t.Errorf("a secret is printed:\n%s", out)
			}
		})
	}
	if code, out := status(t, nil, "county", "check", export); code != 0 {
		t.Errorf("the exported profile: status %d\n%s", code, out)
	}
}

// TestReadmeListsEverySetting keeps the README's table and the program together.
func TestReadmeListsEverySetting(t *testing.T) {
	t.Parallel()
	var rows strings.Builder
	for _, o := range config.Options() {
		def := o.Default
		switch {
		case def == "":
			def = "–"
		case o.Name == "QIANSHAO_WORKERS":
			def = "4 × cores"
		}
		fmt.Fprintf(&rows, "| `%s` | %s | %s |\n", o.Name, def, o.English)
	}
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(raw), "| name | default | what |\n|---|---|---|\n")
	table, _, end := strings.Cut(after, "\n## ")
	if !ok || !end || strings.TrimSpace(table) != strings.TrimSpace(rows.String()) {
		t.Errorf("the README's table of settings should be:\n%s", rows.String())
	}
}

// TestTakenPort: a port that is in use ends the process with a word about which, also when the pages were open by then.
func TestTakenPort(t *testing.T) {
	t.Parallel()
	for _, taken := range []string{"QIANSHAO_LISTEN", "QIANSHAO_OPS_LISTEN"} {
		t.Run(taken, func(t *testing.T) {
			t.Parallel()
			ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer ln.Close()
			p := launch(t, "run", settings(t, taken+"="+ln.Addr().String()))
			select {
			case <-p.done:
			case <-time.After(30 * time.Second):
				t.Fatal("the process goes on")
			}
			if out := p.printed(); !strings.Contains(out, taken) {
				t.Errorf("it does not say which port:\n%s", out)
			}
		})
	}
}
