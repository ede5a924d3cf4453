package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/blobs"
	"qianshao/config/engine/blobs/disk"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/docs/sqlite"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/notify/reward"
)

// world is an intake on real engines in a folder of its own, with a clock and faults at hand.
type world struct {
	*intake.Service
	dir      string
	docs     *faultyDocs
	blobs    *faultyBlobs
	claims   *reward.Service
	told     *told
	identity string // of the officers
	log      *bytes.Buffer
	clock    atomic.Int64 // nanoseconds added to the real time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{dir: t.TempDir(), told: &told{}, log: &bytes.Buffer{}}
	d, err := sqlite.Open(filepath.Join(w.dir, "docs.db"))
	must(t, err)
	b, err := disk.Open(filepath.Join(w.dir, "evidence"))
	must(t, err)
	w.docs, w.blobs = &faultyDocs{Store: d}, &faultyBlobs{Store: b}
	t.Cleanup(func() { must(t, errors.Join(d.Close(), b.Close())) })
	key, err := vault.LoadOrCreateKey(filepath.Join(w.dir, "keys", "platform.key"))
	must(t, err)
	officer, err := vault.LoadOrCreateOfficer(filepath.Join(w.dir, "keys"))
	must(t, err)
	w.identity = readFile(t, filepath.Join(w.dir, "keys", "officer-identity-MOVE-OFFLINE.txt"))
	v, err := vault.New(key, officer)
	must(t, err)
	c, err := custody.Open(t.Context(), w.docs, v, w.now)
	must(t, err)
	w.claims, err = reward.New(t.Context(), reward.Deps{Docs: w.docs, Vault: v, Custody: c, Profile: profile(), Now: w.now})
	must(t, err)
	w.Service, err = intake.New(t.Context(), intake.Deps{
		Docs: w.docs, Blobs: w.blobs, Vault: v, Custody: c, Profile: profile(), Announce: w.told, Claims: w.claims, Now: w.now,
		Log: slog.New(slog.NewTextHandler(w.log, nil)), MaxPhoto: 1 << 20, MaxVoice: 1 << 20,
	})
	must(t, err)
	return w
}

func (w *world) now() time.Time          { return time.Now().Add(time.Duration(w.clock.Load())) }
func (w *world) advance(d time.Duration) { w.clock.Add(int64(d)) }

func profile() *county.Profile {
	return &county.Profile{
		Code: "141128", Zone: time.FixedZone("CST", 8*3600),
		Towns:       []county.Town{{Code: "141128103", Name: "大武镇"}, {Code: "141128101", Name: "峪口镇"}},
		Villages:    []county.Village{{Code: "141128103201", Name: "甲村", Town: "141128103"}},
		Signs:       []county.Sign{{ID: "smell"}, {ID: "night"}},
		SiteTypes:   []county.Choice{{ID: "yard"}},
		Emergencies: []county.Emergency{{ID: "fire"}},
		Now:         []county.Choice{{ID: "yes"}},
		Times:       []county.Choice{{ID: "midnight"}},
		Before:      []county.Choice{{ID: "again"}},
		Hotline:     county.Hotline{DaysBack: 30, Channels: []county.Choice{{ID: "hotline"}}},
	}
}

func (w *world) stage(t testing.TB, d *intake.Draft, kind intake.Kind, content []byte) string {
	t.Helper()
	st, err := w.Stage(t.Context(), d, kind, bytes.NewReader(content))
	must(t, err)
	if st.Size != int64(len(content)) || st.Kind != kind {
		t.Errorf("staged as %d bytes of %s", st.Size, st.Kind)
	}
	return st.Token
}

// jpeg gives n bytes that begin as a JPEG does.
func jpeg(seed uint64, n int) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	copy(b, "\xff\xd8\xff\xe0\x00\x10JFIF\x00")
	return b
}

func amr(n int) []byte { return append([]byte("#!AMR\n"), jpeg(3, n)...) }

func simple() intake.Submission {
	return intake.Submission{Report: intake.Report{Town: "141128103", Words: "后半夜有刺鼻的味"}}
}

// told remembers what triage was told.
type told struct {
	mu   sync.Mutex
	ids  []intake.TipID
	hang bool
	err  error
}

func (a *told) TipStored(ctx context.Context, id intake.TipID) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids = append(a.ids, id)
	if a.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	return a.err
}

// faultyDocs is the real store with faults on demand: before runs ahead of a write and may prevent it, after runs once it is durable and may lose the answer.
type faultyDocs struct {
	docs.Store
	before, after atomic.Pointer[func(op, collection string) error]
}

func (f *faultyDocs) Open(ctx context.Context, name string, ix []docs.Index) (docs.Table, error) {
	t, err := f.Store.Open(ctx, name, ix)
	return &faultyTable{t, f, name}, err
}

type faultyTable struct {
	docs.Table
	f    *faultyDocs
	name string
}

func run(p *atomic.Pointer[func(op, collection string) error], op, name string) error {
	if f := p.Load(); f != nil {
		return (*f)(op, name)
	}
	return nil
}

func (t *faultyTable) Insert(ctx context.Context, r docs.Record) error {
	if err := run(&t.f.before, "insert", t.name); err != nil {
		return err
	}
	if err := t.Table.Insert(ctx, r); err != nil {
		return err
	}
	return run(&t.f.after, "insert", t.name)
}

func (t *faultyTable) Get(ctx context.Context, id string) (docs.Record, error) {
	if err := run(&t.f.before, "get", t.name); err != nil {
		return docs.Record{}, err
	}
	return t.Table.Get(ctx, id)
}

func (t *faultyTable) Replace(ctx context.Context, r docs.Record) (bool, error) {
	if err := run(&t.f.before, "replace", t.name); err != nil {
		return false, err
	}
	return t.Table.Replace(ctx, r)
}

// faultyBlobs is the real store whose Put and Get fail on demand, Put after it has read so many bytes.
type faultyBlobs struct {
	blobs.Store
	failAfter atomic.Int64 // 0 is never
	down      atomic.Bool
	full      atomic.Bool
}

var errDown = errors.New("engine down on purpose")

func (f *faultyBlobs) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	if f.down.Load() {
		return 0, errDown
	}
	if f.full.Load() {
		return 0, fmt.Errorf("disk: put: %w", blobs.ErrFull)
	}
	if n := f.failAfter.Load(); n > 0 {
		return f.Store.Put(ctx, key, io.MultiReader(io.LimitReader(r, n), errReader{}))
	}
	return f.Store.Put(ctx, key, r)
}

func (f *faultyBlobs) Get(ctx context.Context, key string) (io.ReadCloser, error) {
	if f.down.Load() {
		return nil, errDown
	}
	return f.Store.Get(ctx, key)
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errDown }

// on makes every operation op on a collection fail.
func on(op, collection string) *func(string, string) error {
	f := func(o, c string) error {
		if o == op && c == collection {
			return errDown
		}
		return nil
	}
	return &f
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// keys gives the keys and fields of a fault, as "field:key".
func keys(err error) []string {
	var list []string
	for _, f := range fault.All(err) {
		list = append(list, f.Field+":"+f.Key)
	}
	return list
}

func hasKey(err error, key string) bool {
	for _, f := range fault.All(err) {
		if f.Key == key {
			return true
		}
	}
	return false
}
