package account

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"go.mongodb.org/mongo-driver/v2/bson"

	"qianshao/config/engine/docs"
	"qianshao/config/engine/enginetest"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
)

const password = "院子里晒着三担谷子呢今天"

// bench is the service with a clock that a test moves.
type bench struct {
	*Service
	t     *testing.T
	clock time.Time
	log   *custody.Log
	docs  docs.Store
}

func open(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, clock: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), docs: enginetest.New(t).Docs}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		t.Fatal(err)
	}
	officer, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	vlt, err := vault.New(key, officer.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return b.clock }
	if b.log, err = custody.Open(t.Context(), b.docs, vlt, now); err != nil {
		t.Fatal(err)
	}
	if b.Service, err = New(t.Context(), Deps{Docs: b.docs, Vault: vlt, Custody: b.log, Now: now}); err != nil {
		t.Fatal(err)
	}
	return b
}

// ok and fails check an error.
func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) fails(err error, key string) {
	b.t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != key {
		b.t.Errorf("error %v, want fault %s", err, key)
	}
}

// member is somebody with a password.
func (b *bench) member(login string) Staff {
	b.t.Helper()
	_, link, err := b.Add(b.t.Context(), NewStaff{Login: login, Name: "王五", Role: cases.Duty, Unit: "safety_committee"})
	b.ok(err)
	b.ok(b.SetPassword(b.t.Context(), link, password))
	m, err := b.Authenticate(b.t.Context(), login, password)
	b.ok(err)
	return m
}

func (b *bench) begin(m Staff) string {
	b.t.Helper()
	token, err := b.Begin(b.t.Context(), m)
	b.ok(err)
	return token
}

func TestFirstStart(t *testing.T) {
	b := open(t)
	empty, err := b.Empty(t.Context())
	b.ok(err)
	if !empty {
		t.Error("a new house has staff")
	}
	_, _, err = b.Add(t.Context(), NewStaff{Login: "admin", Name: "管理员", Role: cases.Admin})
	b.ok(err)
	if empty, err = b.Empty(t.Context()); err != nil || empty {
		t.Errorf("empty %t, %v after the first account", empty, err)
	}
	for want, n := range map[error]NewStaff{
		ErrTaken: {Login: "ADMIN ", Name: "甲", Role: cases.Admin}, ErrLogin: {Login: "李四", Name: "甲", Role: cases.Admin},
		ErrRole: {Login: "x1", Name: "甲", Unit: "police", Role: "king"}, ErrName: {Login: "x2", Name: "甲", Role: cases.Handler},
	} {
		if _, _, err := b.Add(t.Context(), n); !errors.Is(err, want) {
			t.Errorf("add %+v: %v, want %v", n, err, want)
		}
	}
	all, err := b.List(t.Context())
	b.ok(err)
	if len(all) != 1 || !all[0].Pending() {
		t.Errorf("list: %+v", all)
	}
}

func TestLinkIsForOnePasswordWithinTwoDays(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	_, link, err := b.Add(ctx, NewStaff{Login: "the-long-login", Name: "赵六", Role: cases.Duty, Unit: "safety_committee"})
	b.ok(err)
	for _, bad := range []string{"short", "十一个字的密码差一点点", "The-Long-Login", strings.Repeat("长", 201)} {
		b.fails(b.SetPassword(ctx, link, bad), "signin.password_short")
	}
	b.fails(b.SetPassword(ctx, link+"x", password), "signin.link_used")
	_, err = b.Authenticate(ctx, "the-long-login", "")
	b.fails(err, "signin.wrong")

	var wg sync.WaitGroup
	results := make([]error, 4)
	for i := range results {
		wg.Go(func() { results[i] = b.SetPassword(ctx, link, password) })
	}
	wg.Wait()
	if n := slices.IndexFunc(results, func(err error) bool { return err == nil }); n < 0 {
		t.Fatal(results)
	}
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		}
	}
	if won != 1 {
		t.Errorf("the link worked %d times", won)
	}
	_, err = b.Authenticate(ctx, "the-long-login", password)
	b.ok(err)

	late, err := b.Reset(ctx, "the-long-login")
	b.ok(err)
	b.clock = b.clock.Add(LinkLife)
	b.fails(b.SetPassword(ctx, late, password), "signin.link_used")
}

func TestWrongLoginsAreOneAnswerAndCostTheSame(t *testing.T) {
	b := open(t)
	b.member("known")
	gone := b.member("gone")
	b.ok(b.Disable(t.Context(), gone.Login))
	took := map[string]time.Duration{}
	for login, pw := range map[string]string{"known": password + "x", "nobody": password, "gone": password} {
		best := time.Hour
		for range 3 {
			start := time.Now()
			_, err := b.Authenticate(t.Context(), login, pw)
			b.fails(err, "signin.wrong")
			best = min(best, time.Since(start))
		}
		took[login] = best
	}
	for login, d := range took { // both hash once, or the fast one would be thousands of times faster
		if d < took["known"]/4 {
			t.Errorf("%s is answered in %v, a wrong password in %v", login, d, took["known"])
		}
	}
}

func TestSessionEnds(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	m := b.member("wang")
	who := func(token string) error { _, err := b.Who(ctx, token); return err }

	token := b.begin(m)
	if other := b.begin(m); other == token {
		t.Fatal("two sessions have one token")
	}
	for range 11 { // used every hour, it lives on
		b.clock = b.clock.Add(time.Hour)
		b.ok(who(token))
	}
	b.clock = b.clock.Add(time.Hour)
	b.fails(who(token), "signin.needed") // but for no more than twelve

	token = b.begin(m)
	b.clock = b.clock.Add(IdleLife)
	b.fails(who(token), "signin.needed")

	token = b.begin(m)
	b.ok(b.End(ctx, token))
	b.fails(who(token), "signin.needed")
	b.fails(who(""), "signin.needed")
	b.fails(who("forged"), "signin.needed")

	token = b.begin(m)
	b.ok(b.Disable(ctx, "wang"))
	b.fails(who(token), "signin.needed")
	b.fails(who(b.begin(m)), "signin.needed") // a sign-in that was under way when the account was disabled

	link, err := b.Reset(ctx, "wang")
	b.ok(err)
	b.ok(b.SetPassword(ctx, link, password))
	m, err = b.Authenticate(ctx, "wang", password)
	b.ok(err)
	token = b.begin(m)
	second, err := b.Reset(ctx, "wang")
	b.ok(err)
	b.fails(who(token), "signin.needed")
	b.fails(who(b.begin(m)), "signin.needed") // with the password from before the reset
	_, err = b.Authenticate(ctx, "wang", password)
	b.fails(err, "signin.wrong")
	third, err := b.Reset(ctx, "wang")
	b.ok(err)
	b.fails(b.SetPassword(ctx, second, password), "signin.link_used")
	b.ok(b.SetPassword(ctx, third, password))

	entries, err := b.log.Read(ctx, "staff/"+m.ID)
	b.ok(err)
	for _, want := range []string{"add", "password", "signin", "disable", "reset"} {
		if !slices.ContainsFunc(entries, func(e custody.Entry) bool { return e.Action == want }) {
			t.Errorf("the custody log has no %q", want)
		}
	}
}

func TestSweepTakesOnlyWhatEnded(t *testing.T) {
	b := open(t)
	m := b.member("wang")
	b.begin(m)
	b.clock = b.clock.Add(11 * time.Hour)
	fresh := b.begin(m)
	b.clock = b.clock.Add(time.Hour + time.Minute)
	n, err := b.SweepSessions(t.Context())
	b.ok(err)
	if n != 1 {
		t.Errorf("swept %d sessions, want 1", n)
	}
	_, err = b.Who(t.Context(), fresh)
	b.ok(err)
}

func TestNoSecretIsStored(t *testing.T) {
	b := open(t)
	m, link, err := b.Add(t.Context(), NewStaff{Login: "wang", Name: "王五", Role: cases.Duty, Unit: "safety_committee"})
	b.ok(err)
	token := b.begin(m)
	stored := ""
	for _, name := range []string{"staff", "sessions"} {
		table, err := b.docs.Open(t.Context(), name, nil)
		b.ok(err)
		p, err := table.Find(t.Context(), docs.Query{})
		b.ok(err)
		for _, rec := range p.Items {
			stored += rec.ID + bson.Raw(rec.Doc).String()
		}
	}
	if !strings.Contains(stored, "王五") {
		t.Fatal("nothing was read")
	}
	for name, secret := range map[string]string{"link": link, "session": token} {
		if strings.Contains(stored, secret) {
			t.Errorf("the %s is stored as it is", name)
		}
	}
}
