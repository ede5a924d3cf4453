package delivery

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/notify/contacts"
	"qianshao/triage/cases"
)

const dawu = "141128103"

var webhookSecret = "whsec_" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{9}, 32))

// receiver is somebody's server: it keeps what it was sent, and answers as it is told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []sentBody
	answer func(n int, w http.ResponseWriter) // n counts from 1
}

type sentBody struct {
	ID   string
	Raw  string
	Data struct {
		Text, What, Priority, Number string
		Count                        int
	}
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		raw, _ := io.ReadAll(req.Body)
		b := sentBody{ID: req.Header.Get("webhook-id"), Raw: string(raw)}
		if err := json.Unmarshal(raw, &b); err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		r.got = append(r.got, b)
		n, answer := len(r.got), r.answer
		r.mu.Unlock()
		if answer != nil {
			answer(n, w)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) heard() []sentBody {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// texts are the sentences that it was told.
func (r *receiver) texts() []string {
	var all []string
	for _, b := range r.heard() {
		all = append(all, b.Data.Text)
	}
	return all
}

func (r *receiver) answers(f func(n int, w http.ResponseWriter)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

// house is cases and their couriers on one store, with a clock that the test moves.
type house struct {
	*Service
	t     *testing.T
	clock atomic.Int64
	store *mortal
	log   *bytes.Buffer
	n     int
}

// mortal is a store whose process can be killed: nothing is written any more.
type mortal struct {
	docs.Store
	dead atomic.Bool
}

type mortalTable struct {
	docs.Table
	m *mortal
}

var errDead = errors.New("the process is dead")

func (m *mortal) Open(ctx context.Context, name string, indexes []docs.Index) (docs.Table, error) {
	t, err := m.Store.Open(ctx, name, indexes)
	return mortalTable{t, m}, err
}

func (t mortalTable) Insert(ctx context.Context, r docs.Record) error {
	if t.m.dead.Load() {
		return errDead
	}
	return t.Table.Insert(ctx, r)
}

func (t mortalTable) Replace(ctx context.Context, r docs.Record) (bool, error) {
	if t.m.dead.Load() {
		return false, errDead
	}
	return t.Table.Replace(ctx, r)
}

func (h *house) now() time.Time { return time.Unix(0, h.clock.Load()).UTC() }

// at sets the clock to a time of the county's day; day 0 is Monday, 23 November 2026.
func (h *house) at(day int, clock string) {
	h.t.Helper()
	t, err := time.ParseInLocation("15:04:05", clock, h.Profile.Zone)
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock.Store(time.Date(2026, 11, 23+day, t.Hour(), t.Minute(), t.Second(), 0, h.Profile.Zone).UnixNano())
}

func (h *house) later(d time.Duration) { h.clock.Add(int64(d)) }

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// hears is a line of the contacts' file.
func hears(r *receiver, name, units, ranks string) string {
	return fmt.Sprintf("  - {name: %s, units: [%s], ranks: [%s], by: webhook, to: %q, secret: %q}\n", name, units, ranks, r.URL, webhookSecret)
}

func newHouse(t *testing.T, rows ...string) *house {
	t.Helper()
	h := &house{t: t, log: &bytes.Buffer{}}
	p, err := county.Embedded()
	h.ok(err)
	e := enginetest.New(t)
	h.store = &mortal{Store: e.Docs}
	officer, err := age.GenerateX25519Identity()
	h.ok(err)
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer.Recipient().String())
	h.ok(err)
	custodyLog, err := custody.Open(t.Context(), e.Docs, v, h.now)
	h.ok(err)
	k, err := cases.New(t.Context(), cases.Deps{Docs: e.Docs, Vault: v, Custody: custodyLog, Profile: p, Now: h.now})
	h.ok(err)
	h.Service = &Service{Deps: Deps{Docs: h.store, Vault: v, Custody: custodyLog, Cases: k, Profile: p, Every: 20 * time.Millisecond, Now: h.now, Log: slog.New(slog.NewTextHandler(h.log, nil))}}
	h.at(0, "10:00:00")
	h.born(rows...)
	return h
}

// born starts another process with these contacts, after the one before died.
func (h *house) born(rows ...string) {
	h.t.Helper()
	h.store.dead.Store(false)
	d := h.Deps
	path := filepath.Join(h.t.TempDir(), "channels.yaml")
	h.ok(os.WriteFile(path, []byte("contacts:\n"+strings.Join(rows, "")), 0o600))
	var err error
	d.Book, err = contacts.Load(path, h.Profile, h.now)
	h.ok(err)
	h.Service, err = New(h.t.Context(), d)
	h.ok(err)
	h.Cases.Courier = h.Service
}

// opened is a case of the emergency bureau that came this moment.
func (h *house) opened(priority string, change ...func(*cases.Opening)) cases.Case {
	h.t.Helper()
	h.n++
	op := cases.Opening{Tip: intake.TipID(fmt.Sprint("tip", h.n)), Received: h.now(), Place: cases.Place{Town: dawu}, Categories: []string{"c1"}, Priority: priority, Lead: "emergency",
		Co: []string{"police"}, Sees: []string{"emergency", "police", county.DutyDesk}, Rule: "c1"}
	for _, f := range change {
		f(&op)
	}
	c, err := h.Cases.Open(h.t.Context(), op)
	h.ok(err)
	return c
}

// work lets the cases hand over and every contact be looked at.
func (h *house) work() {
	h.t.Helper()
	_, err := h.Cases.Sweep(h.t.Context())
	h.ok(err)
	for i := range h.Book.Contacts {
		h.ok(h.visit(h.t.Context(), &h.Book.Contacts[i]))
	}
}

func (h *house) expect(r *receiver, want ...string) {
	h.t.Helper()
	if got := r.texts(); !slices.Equal(got, want) {
		h.t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// An emergency is told at night; what is urgent waits for the morning, in one message; everything else is in the digest.
func TestQuietHours(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, hears(r, "应急局值班", "emergency", "handler"))
	h.at(0, "07:59:00")
	h.work() // the day's digest is not due
	h.at(0, "23:50:00")
	h.opened("P1")
	hot := h.opened("P0")
	h.opened("P2")
	h.work()
	h.at(1, "00:10:00")
	h.opened("P1")
	h.work()
	h.at(1, "06:59:59")
	h.work()
	first := "新线索1件，P0，" + hot.Number + "，请登录办理"
	for _, text := range r.texts() {
		if text != first && !strings.HasPrefix(text, "特急没人签收") && !strings.Contains(text, "P0") {
			t.Errorf("told at night: %s", text)
		}
	}
	if got := r.texts(); got[0] != first {
		t.Errorf("first told %q", got)
	}
	before := len(r.heard())
	h.at(1, "07:00:00")
	h.work()
	if got := r.texts()[before:]; len(got) != 1 || got[0] != "新线索2件，最急的P1，请登录办理" {
		t.Errorf("in the morning: %q", got)
	}
	h.at(1, "08:00:00")
	h.work()
	h.work()
	got := r.texts()[before+1:]
	if len(got) != 1 || !strings.HasPrefix(got[0], "今天手上：没签收的4件，") {
		t.Errorf("the digest: %q", got)
	}
	h.at(1, "20:00:00")
	h.work()
	if n := len(r.texts()) - before - 2; n != 0 {
		t.Errorf("%d more in the day: %q", n, r.texts()[before+2:])
	}
}

// What is not urgent is gathered for at most ten minutes, so that the moment of a message does not tell when a tip came.
func TestGathered(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, hears(r, "应急局值班", "emergency", "handler"))
	h.at(0, "10:01:00")
	one := h.opened("P1")
	h.work()
	h.at(0, "10:09:59")
	h.work()
	h.expect(r)
	h.at(0, "10:10:00")
	h.work()
	h.expect(r, "新线索1件，P1，"+one.Number+"，请登录办理")
	for i, c := range r.heard() {
		if c.Data.What != "新线索" || c.Data.Count != 1 || c.Data.Priority != "P1" || c.Data.Number != one.Number {
			t.Errorf("message %d: %s", i, c.Raw)
		}
	}
}

// No message says where, what or who; of a sealed case, and in a group with people who are accused, it does not even say which, and reads like one about several.
func TestNothingOfTheMatter(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, hears(r, "值班", "emergency, safety_committee, discipline", "handler, head, leader"))
	c := h.opened("P0")
	h.work()
	sealed := h.opened("P0", func(o *cases.Opening) { o.Sealed, o.Lead, o.Co, o.Sees = true, "discipline", nil, nil })
	h.work()
	accusing := h.opened("P0", func(o *cases.Opening) {
		o.Hidden, o.Sees = []string{"discipline"}, []string{"emergency", county.DutyDesk}
	})
	h.work()
	h.expect(r, "新线索1件，P0，"+c.Number+"，请登录办理", "要办的事1件，最急的P0，请登录办理", "要办的事1件，最急的P0，请登录办理") // once each, though it hears for all of the units
	for _, b := range r.heard() {
		for _, never := range []string{"大武", dawu, "c1", "应急", "纪", sealed.Number, accusing.Number, c.ID, sealed.ID} {
			if strings.Contains(b.Raw, never) {
				t.Errorf("%s tells %q", b.Raw, never)
			}
		}
	}
	page, err := h.History(t.Context(), "")
	h.ok(err)
	for _, d := range page.Items {
		if d.Case == sealed.ID && (d.Kind != "" || d.Number != "") {
			t.Errorf("the log tells of a sealed case: %+v", d)
		}
	}
}

// A unit that is accused between the notice and its message is not told.
func TestAccusedMeanwhile(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, hears(r, "应急局值班", "emergency", "handler"), hears(newReceiver(t), "安委办", "safety_committee", "handler"))
	h.at(0, "22:00:00")
	c := h.opened("P1")
	h.work()
	_, err := h.Cases.Revise(t.Context(), c.ID, cases.Revision{Hidden: []string{"emergency"}, Lead: county.DutyDesk, Priority: "P1", Usual: "P1", Categories: []string{"c1"}})
	h.ok(err)
	h.at(1, "07:00:00")
	h.work()
	h.expect(r)
	page, err := h.History(t.Context(), "")
	h.ok(err)
	if i := slices.IndexFunc(page.Items, func(d Delivery) bool { return d.Contact == "应急局值班" }); i < 0 || page.Items[i].Result != Hidden {
		t.Errorf("the log: %+v", page.Items)
	}
}

// The process dies after the receiver has the message and before that is written down: it comes once more, under the same id, and never again.
func TestKilledWhileSending(t *testing.T) {
	r := newReceiver(t)
	row := hears(r, "值班", "emergency", "handler")
	h := newHouse(t, row)
	c := h.opened("P0")
	_, err := h.Cases.Sweep(t.Context())
	h.ok(err)
	r.answers(func(int, http.ResponseWriter) { h.store.dead.Store(true) })
	if err := h.visit(t.Context(), &h.Book.Contacts[0]); !errors.Is(err, errDead) {
		t.Fatalf("the process lives on: %v", err)
	}
	r.answers(nil)
	h.born(row)
	h.work() // the dead one still holds the contact
	if n := len(r.heard()); n != 1 {
		t.Errorf("told %d times while another may be sending", n)
	}
	h.later(h.Book.Contacts[0].Limit().Lasts + leaseMore)
	more := h.opened("P0")
	for range 3 {
		h.work()
	}
	got := r.heard()
	if len(got) != 3 || got[0].ID != got[1].ID || got[0].Raw != got[1].Raw || got[2].ID == got[0].ID || got[1].Data.Number != c.Number || got[2].Data.Number != more.Number {
		t.Errorf("told %+v", got)
	}
}

// The same with a message about several: what came meanwhile is told in another one, and does not change the one that is repeated.
func TestKilledWhileSendingSeveral(t *testing.T) {
	r := newReceiver(t)
	row := hears(r, "值班", "emergency", "handler")
	h := newHouse(t, row)
	h.opened("P1")
	h.opened("P1")
	_, err := h.Cases.Sweep(t.Context())
	h.ok(err)
	h.later(gather)
	r.answers(func(int, http.ResponseWriter) { h.store.dead.Store(true) })
	if err := h.visit(t.Context(), &h.Book.Contacts[0]); !errors.Is(err, errDead) {
		t.Fatalf("the process lives on: %v", err)
	}
	r.answers(nil)
	h.born(row)
	h.opened("P1")
	_, err = h.Cases.Sweep(t.Context())
	h.ok(err)
	for range 3 {
		h.later(gather)
		h.work()
	}
	got := r.heard()
	if len(got) != 3 || got[0].ID != got[1].ID || got[0].Raw != got[1].Raw || got[0].Data.Count != 2 || got[2].Data.Count != 1 {
		t.Errorf("told %+v", got)
	}
}

// A notice that the case hands over twice, because its own write was lost, is one delivery.
func TestCarriedTwice(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, hears(r, "值班", "emergency", "handler, head"))
	h.store.dead.Store(true)
	c := h.opened("P0")
	if _, err := h.Cases.Sweep(t.Context()); !errors.Is(err, errDead) {
		t.Fatalf("a notice that was not kept was taken: %v", err)
	}
	h.store.dead.Store(false)
	c, err := h.Cases.ByID(t.Context(), c.ID)
	h.ok(err)
	for range 2 {
		for _, n := range c.Outbox {
			h.ok(h.Carry(t.Context(), cases.Sent{Notice: n, Case: c.ID, Priority: c.Priority}))
		}
	}
	h.work()
	h.work()
	if got := r.heard(); len(got) != 1 {
		t.Errorf("told %+v", got)
	}
}

// A message that did not arrive is put otherwise when somebody who reads along was accused meanwhile.
func TestAccusedBeforeItIsRepeated(t *testing.T) {
	r := newReceiver(t)
	r.answers(func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) })
	h := newHouse(t, hears(r, "大群", "emergency, market", "handler"))
	c := h.opened("P0")
	h.work()
	_, err := h.Cases.Revise(t.Context(), c.ID, cases.Revision{Hidden: []string{"market"}, Lead: "emergency", Priority: "P0", Usual: "P0", Categories: []string{"c1"}})
	h.ok(err)
	r.answers(nil)
	h.later(time.Minute)
	h.work()
	h.expect(r, "新线索1件，P0，"+c.Number+"，请登录办理", "要办的事1件，最急的P0，请登录办理")
}

// Several processes look at once: each message goes out once.
func TestManyProcesses(t *testing.T) {
	r := newReceiver(t)
	row := hears(r, "值班", "emergency", "handler")
	h := newHouse(t, row)
	for range 12 {
		h.opened("P0")
	}
	_, err := h.Cases.Sweep(t.Context())
	h.ok(err)
	var all sync.WaitGroup
	for range 6 {
		other, err := New(t.Context(), h.Deps)
		h.ok(err)
		all.Go(func() {
			if err := other.visit(t.Context(), &other.Book.Contacts[0]); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	h.work()
	ids := map[string]int{}
	for _, b := range r.heard() {
		ids[b.ID]++
	}
	if len(ids) != 12 || len(r.heard()) != 12 {
		t.Errorf("%d messages with %d ids, want 12", len(r.heard()), len(ids))
	}
}

// dingtalk is a robot that counts as the vendor does: more than 20 in a minute, and it takes nothing for ten.
func dingtalk(t *testing.T, h *house) (row string, got func() (texts []string, refused int)) {
	var mu sync.Mutex
	var times []time.Time
	var shut time.Time
	var texts []string
	refused := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		now := h.now()
		times = slices.DeleteFunc(append(times, now), func(x time.Time) bool { return now.Sub(x) >= time.Minute })
		if len(times) > 20 {
			shut = now.Add(10 * time.Minute)
		}
		if now.Before(shut) {
			refused++
			fmt.Fprintln(w, `{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}`)
			return
		}
		var m struct{ Text struct{ Content string } }
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		texts = append(texts, m.Text.Content)
		fmt.Fprintln(w, `{"errcode":0,"errmsg":"ok"}`)
	}))
	t.Cleanup(s.Close)
	return fmt.Sprintf("  - {name: 群, units: [emergency], by: dingtalk, to: %q, secret: SEC1}\n", s.URL+"/robot/send?access_token=a"),
		func() ([]string, int) { mu.Lock(); defer mu.Unlock(); return slices.Clone(texts), refused }
}

// Below a vendor's limit every emergency is told by itself, above it they are told in one; the vendor never has to refuse.
func TestDigestAboveTheLimit(t *testing.T) {
	h := newHouse(t, hears(newReceiver(t), "先", "police", "leader"))
	row, got := dingtalk(t, h)
	h.born(row)
	for range 15 {
		h.opened("P0")
	}
	h.work()
	if texts, _ := got(); len(texts) != 15 || !strings.HasPrefix(texts[0], "新线索1件，P0，方") {
		t.Fatalf("%d told: %q", len(texts), texts)
	}
	h.later(10 * time.Second)
	for range 12 {
		h.opened("P0")
	}
	h.work()
	texts, _ := got()
	if len(texts) != 16 || !strings.HasPrefix(texts[15], "新线索12件，最急的P0，请登录办理（消息 ") {
		t.Errorf("above the limit: %q", texts[15:])
	}
	for range 40 { // an hour in which more comes than a minute takes
		h.later(5 * time.Second)
		h.opened("P0")
		h.opened("P0")
		h.work()
	}
	if _, refused := got(); refused > 0 {
		t.Errorf("the robot refused %d times", refused)
	}
	h.later(2 * time.Minute)
	h.work()
	if n, err := h.deliveries.Count(t.Context(), docs.Query{Where: []docs.Eq{{Field: "waits", Value: urgent + "群"}}}); err != nil || n > 0 {
		t.Errorf("%d wait, %v", n, err)
	}
}

// The test button takes nothing of what is kept for emergencies, and nobody shuts the robot with it.
func TestTryingLeavesRoom(t *testing.T) {
	h := newHouse(t, hears(newReceiver(t), "先", "police", "leader"))
	row, got := dingtalk(t, h)
	h.born(row)
	tried := 0
	for range 30 {
		_, err := h.Try(t.Context(), cases.Actor{ID: "s-admin", Role: cases.Admin}, "群")
		if err == nil {
			tried++
		} else if fault.KindOf(err) != fault.Conflict {
			t.Fatal(err)
		}
	}
	h.opened("P0")
	h.work()
	if texts, refused := got(); tried != 16 || refused > 0 || len(texts) != 17 || !strings.HasPrefix(texts[16], "新线索1件，P0") {
		t.Errorf("tried %d times, refused %d times, told %q", tried, refused, texts)
	}
}

// The robot is shut although we counted well, because somebody else uses it too: nothing is sent until it opens.
func TestShutByTheVendor(t *testing.T) {
	h := newHouse(t, hears(newReceiver(t), "先", "police", "leader"))
	row, got := dingtalk(t, h)
	h.born(row)
	to := h.Book.Contacts[0].To.Reveal()
	for range 21 { // somebody else
		resp, err := http.Post(to, "application/json", strings.NewReader(`{}`))
		h.ok(err)
		resp.Body.Close()
	}
	h.opened("P0")
	h.work()
	h.later(9 * time.Minute)
	h.work()
	if texts, refused := got(); len(texts) != 20 || refused != 2 {
		t.Errorf("%d told, %d refused", len(texts), refused)
	}
	h.later(time.Minute)
	h.work()
	if texts, _ := got(); len(texts) < 21 || !strings.HasPrefix(texts[20], "新线索1件") {
		t.Errorf("after ten minutes: %q", texts[20:])
	}
}

// A server that breaks is tried less and less often, an emergency every few minutes; a test by hand that works lets everything out.
func TestBackOff(t *testing.T) {
	r := newReceiver(t)
	r.answers(func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) })
	h := newHouse(t, hears(r, "值班", "emergency", "handler"))
	h.at(0, "10:00:00")
	h.opened("P1")
	h.work()
	tries := []int{}
	for range 18 {
		for range 10 {
			h.later(time.Minute)
			ctx := t.Context()
			h.ok(h.visit(ctx, &h.Book.Contacts[0]))
		}
		tries = append(tries, len(r.heard()))
	}
	if all := tries[len(tries)-1]; all < 6 || all > 12 || tries[1]-tries[0] < 1 || tries[17]-tries[11] > 2 {
		t.Errorf("tried so often, by ten minutes: %v", tries)
	}
	ids := map[string]bool{}
	for _, b := range r.heard() {
		ids[b.ID] = true
	}
	if len(ids) != 1 {
		t.Errorf("one message has the ids %v", ids)
	}
	before := len(r.heard())
	h.opened("P0")
	for range 10 {
		h.later(time.Minute)
		h.work()
	}
	if n := len(r.heard()) - before; n < 3 || n > 6 {
		t.Errorf("with an emergency it was tried %d times in ten minutes", n)
	}
	admin := cases.Actor{ID: "s-admin", Role: cases.Admin}
	if code, err := h.Try(t.Context(), admin, "值班"); code != "http 500" || err != nil {
		t.Errorf("a test: %q, %v", code, err)
	}
	r.answers(nil)
	before = len(r.heard())
	if code, err := h.Try(t.Context(), admin, "值班"); code != "" || err != nil {
		t.Errorf("a test: %q, %v", code, err)
	}
	h.work()
	if got := r.texts()[before:]; len(got) < 3 || !strings.HasPrefix(got[0], "这是前哨发来试的一条") {
		t.Errorf("after the test: %q", got)
	}
	if _, err := h.Try(t.Context(), admin, "没有的"); err == nil {
		t.Error("a contact that is not there is tried")
	}
	if entries, err := h.Custody.Read(t.Context(), "contact/值班"); err != nil || len(entries) != 2 || entries[0].Action != "test" {
		t.Errorf("the custody log: %+v, %v", entries, err)
	}
	if strings.Contains(h.log.String(), r.URL) || strings.Contains(h.log.String(), "whsec") {
		t.Errorf("the log tells the address:\n%s", h.log)
	}
}

// An address that only a person can mend is tried about once an hour.
func TestPermanent(t *testing.T) {
	r := newReceiver(t)
	r.answers(func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusGone) })
	h := newHouse(t, hears(r, "值班", "emergency", "handler"))
	h.opened("P1")
	h.work()
	h.later(10 * time.Minute)
	h.work()
	for range 36 {
		h.later(time.Minute)
		h.work()
	}
	if n := len(r.heard()); n != 1 {
		t.Errorf("tried %d times in less than 48 minutes", n)
	}
	states, err := h.States(t.Context())
	h.ok(err)
	if len(states) != 1 || states[0].Code != "http 410" || states[0].Waiting != 1 || states[0].Miss.IsZero() {
		t.Errorf("%+v", states)
	}
}

// One contact hangs: the others are told meanwhile, and a stop waits for what is being sent and no longer.
func TestOneHangsNobodyWaits(t *testing.T) {
	slow, quick, lying := newReceiver(t), newReceiver(t), newReceiver(t)
	release := make(chan struct{})
	var once sync.Once
	free := func() { once.Do(func() { close(release) }) }
	t.Cleanup(free)
	slow.answers(func(int, http.ResponseWriter) { <-release })
	lying.answers(func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) })
	h := newHouse(t, hears(slow, "慢", "emergency", "handler"), hears(lying, "坏", "emergency", "handler"), hears(quick, "快", "emergency", "handler"))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	for i := range 5 {
		h.opened("P0")
		_, err := h.Cases.Sweep(t.Context())
		h.ok(err)
		until(t, func() bool { return len(quick.heard()) == i+1 })
	}
	until(t, func() bool { return len(slow.heard()) == 1 && len(lying.heard()) >= 1 })
	stop()
	select {
	case err := <-done:
		t.Error("Run left while something was being sent", err)
	case <-time.After(50 * time.Millisecond):
	}
	free()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := len(slow.heard()); n != 1 {
		t.Errorf("the slow one was asked %d times at once", n)
	}
	l, err := h.line(t.Context(), "慢")
	h.ok(err)
	if l.Batch != nil || l.Told.IsZero() {
		t.Errorf("what arrived during the stop is not noted: %+v", l)
	}
}

func until(t *testing.T, f func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); <-tick.C {
		if f() {
			return
		}
	}
	t.Fatal("not within 10 s")
}

// Digests say how much there is, once a day; who has nothing gets none.
func TestDigests(t *testing.T) {
	r, idle := newReceiver(t), newReceiver(t)
	h := newHouse(t, hears(r, "应急局", "emergency", "handler, head"), hears(idle, "公安", "police", "leader"))
	h.opened("P2")
	h.opened("P2")
	h.at(1, "07:59:59")
	h.work()
	h.expect(r)
	h.at(1, "08:00:00")
	h.work()
	h.work()
	h.expect(r, "今天手上：没签收的2件，超期的0项，快到期的2项，别的消息2条，请登录办理")
	r.answers(func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) })
	h.at(2, "08:00:00")
	h.work()
	h.at(3, "08:30:00")
	r.answers(nil)
	h.work()
	h.work()
	got := r.texts()
	if last := got[len(got)-1]; !strings.Contains(last, "超期的") || strings.Contains(last, "超期的0项") {
		t.Errorf("the last digest: %q", got)
	}
	h.expect(idle)
}

// A contact that left the file holds nothing back, and the log forgets.
func TestTidy(t *testing.T) {
	r := newReceiver(t)
	r.answers(func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) })
	h := newHouse(t, hears(r, "老号", "emergency", "handler"))
	h.opened("P0")
	h.work()
	h.born(hears(newReceiver(t), "新号", "emergency", "handler"))
	h.ok(h.tidy(t.Context()))
	page, err := h.History(t.Context(), "")
	h.ok(err)
	if len(page.Items) != 1 || page.Items[0].Result != Removed || page.Items[0].Waits != "" {
		t.Errorf("%+v", page.Items)
	}
	h.later(time.Duration(h.Profile.Telling.KeepDays)*24*time.Hour + time.Hour)
	h.ok(h.tidy(t.Context()))
	if page, err = h.History(t.Context(), ""); err != nil || len(page.Items) > 0 {
		t.Errorf("%+v, %v", page.Items, err)
	}
	if _, err := h.History(t.Context(), "forged"); err == nil {
		t.Error("a forged token is taken")
	}
}

// Every kind of notices has a name in the profile.
func TestEveryKindHasAName(t *testing.T) {
	h := newHouse(t, hears(newReceiver(t), "值班", "emergency", "handler"))
	for _, k := range []cases.NoticeKind{cases.NoticeNew, cases.NoticeLight, cases.NoticeUnsigned, cases.NoticeUrge, cases.NoticeOrder, cases.NoticeAnswer, cases.NoticeAsked,
		cases.NoticeDecided, cases.NoticeInvited, cases.NoticeOpinion, cases.NoticeMention, cases.NoticeLookBack, cases.NoticeRelapse, cases.NoticeFailed, cases.NoticeEquipment,
		cases.NoticeStrike, cases.NoticeHeard, cases.NoticeObjection} {
		if h.Profile.NoticeName(string(k)) == "" {
			t.Errorf("%s has no name", k)
		}
	}
	if len(county.NoticeKinds()) != 18 {
		t.Errorf("the profile names %v", county.NoticeKinds())
	}
}
