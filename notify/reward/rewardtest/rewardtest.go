// Package rewardtest is a county whose rules for rewards are in force, with money for 2026, on a store of its own and with a clock that a test moves.
package rewardtest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/docs/sqlite"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/notify/reward"
)

// World is that county.
type World struct {
	*reward.Service
	Store    docs.Store
	Dir      string // of the store
	Vault    *vault.Vault
	Identity string // the officers' private key
	Log      *custody.Log
	Profile  *county.Profile

	t     *testing.T
	mu    sync.Mutex
	clock time.Time
}

// New makes one, on the 10th of November 2026.
func New(t *testing.T, change ...func(*county.Rewards)) *World {
	t.Helper()
	w := &World{t: t, Dir: t.TempDir()}
	var err error
	w.Profile, err = county.Embedded()
	Must(t, err)
	r := &w.Profile.Rewards
	r.Draft, r.BudgetFen = false, map[int]int64{2026: 100_000_00}
	for _, f := range change {
		f(r)
	}
	w.Store, err = sqlite.Open(filepath.Join(w.Dir, "docs.db"))
	Must(t, err)
	t.Cleanup(func() { Must(t, w.Store.Close()) })
	keys := t.TempDir()
	public, err := vault.LoadOrCreateOfficer(keys)
	Must(t, err)
	private, err := os.ReadFile(filepath.Join(keys, "officer-identity-MOVE-OFFLINE.txt"))
	Must(t, err)
	for line := range strings.Lines(string(private)) {
		if strings.HasPrefix(line, "AGE-SECRET-KEY-") {
			w.Identity = strings.TrimSpace(line)
		}
	}
	w.Vault, err = vault.New(bytes.Repeat([]byte{1}, vault.KeySize), public)
	Must(t, err)
	w.At("2026-11-10 09:00")
	w.Log, err = custody.Open(t.Context(), w.Store, w.Vault, w.Now)
	Must(t, err)
	w.Service, err = reward.New(t.Context(), reward.Deps{Docs: w.Store, Vault: w.Vault, Custody: w.Log, Profile: w.Profile, Now: w.Now})
	Must(t, err)
	return w
}

// Now is what its clock says.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

// At sets the clock, in the time of the county.
func (w *World) At(day string) {
	w.t.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", day, w.Profile.Zone)
	Must(w.t, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = t
}

// Must stops the test at an error.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Wants fails the test unless one of the faults has the key.
func Wants(t *testing.T, err error, key string) {
	t.Helper()
	for _, f := range fault.All(err) {
		if f.Key == key {
			return
		}
	}
	t.Errorf("%v, want %s", err, key)
}
