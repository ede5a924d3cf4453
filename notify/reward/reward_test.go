package reward_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"qianshao/config/engine/docs"
	"qianshao/config/engine/docs/sqlite"
	"qianshao/intake"
	"qianshao/intake/vault"
	"qianshao/notify/reward"
)

var _ intake.Claims = (*reward.Service)(nil)

func TestRegister(t *testing.T) {
	dir := t.TempDir()
	s, err := sqlite.Open(filepath.Join(dir, "docs.db"))
	must(t, err)
	defer func() { must(t, s.Close()) }()
	officer, err := vault.LoadOrCreateOfficer(t.TempDir())
	must(t, err)
	v, err := vault.New(bytes.Repeat([]byte{1}, vault.KeySize), officer)
	must(t, err)
	r, err := reward.New(t.Context(), s, v)
	must(t, err)
	lookup, tip := strings.Repeat("ab", 32), intake.TipID(strings.Repeat("cd", 16))
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if err := r.Register(t.Context(), lookup, tip); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got, err := r.Tip(t.Context(), lookup); err != nil || got != tip {
		t.Errorf("%s, %v", got, err)
	}
	if err := r.Register(t.Context(), lookup, "another"); !errors.Is(err, reward.ErrTaken) {
		t.Errorf("another tip under the same code: %v", err)
	}
	if _, err := r.Tip(t.Context(), "unknown"); !errors.Is(err, docs.ErrNotFound) {
		t.Errorf("%v", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "docs.db*"))
	must(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		must(t, err)
		if bytes.Contains(b, []byte(tip)) {
			t.Errorf("the tip's id stands in %s", filepath.Base(f))
		}
	}
	if len(files) == 0 {
		t.Error("no file was looked at")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
