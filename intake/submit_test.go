package intake_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
)

func readFile(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return strings.TrimSpace(string(b))
}

// A tip goes in and comes out as it was, its evidence byte by byte.
func TestSubmitAndOpen(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	photo, voice := jpeg(1, 200_000), amr(30_000)
	sub := intake.Submission{
		Report: intake.Report{
			Emergency: "none", Signs: []string{"smell", "night", "smell"}, Sites: []string{"yard"}, Village: "141128103201", Where: "砖厂\n后面",
			Position: &intake.Position{Lon: 111.2, Lat: 37.8, Accuracy: 12}, Now: "yes", Times: []string{"midnight"}, Before: "again",
			Words: "第一行\r\n第二行", PhotoPlace: true, Channel: "wechat",
		},
		Contact: "139 0000 0000", Reward: true,
	}
	sub.Staged = []string{w.stage(t, d, intake.Photo, photo), w.stage(t, d, intake.Voice, voice)}
	sub.Staged = append(sub.Staged, sub.Staged[0]) // twice the same hidden field
	r, err := w.Submit(t.Context(), d, sub)
	must(t, err)
	if r.Photos != 1 || r.Voices != 1 || r.Again || r.Kept || r.Claim == "" || r.Claim == r.Code {
		t.Errorf("receipt: %+v", r)
	}
	if _, err := intake.ParseCode(strings.Join(fours(r.Code), " ")); err != nil {
		t.Errorf("the code on the receipt is none: %v", err)
	}
	tip, err := w.Open(t.Context(), d.Tip())
	must(t, err)
	rep := tip.Report
	if rep.Town != "141128103" || rep.Where != "砖厂 后面" || rep.Words != "第一行\n第二行" || *rep.Position != *sub.Report.Position ||
		!slices.Equal(rep.Signs, []string{"smell", "night"}) || rep.Channel != "wechat" || !rep.PhotoPlace {
		t.Errorf("report: %+v", rep)
	}
	for i, want := range [][]byte{photo, voice} {
		if got := evidence(t, w, tip, i); !bytes.Equal(got, want) {
			t.Errorf("item %d is not what was sent", i)
		}
	}
	if tip.Items[0].Type != "image/jpeg" || tip.Items[1].Type != "audio/amr" || tip.Items[1].Number != 1 {
		t.Errorf("items: %+v", tip.Items)
	}
	if len(w.told.ids) != 1 || w.told.ids[0] != d.Tip() {
		t.Errorf("announced: %v", w.told.ids)
	}
	contact, _, err := w.Stored(t.Context(), d.Tip())
	must(t, err)
	if id, words, err := intake.OpenContact(w.identity, contact); err != nil || id != d.Tip() || words != "139 0000 0000" {
		t.Errorf("contact: %v", err)
	}
	log, err := w.Custody.Read(t.Context(), "tip/"+string(d.Tip()))
	if err != nil || len(log) != 2 || log[0].Action != "evidence" || log[0].Detail != tip.Items[0].ID {
		t.Errorf("custody: %v, %v", log, err)
	}
}

// A form that was accepted gives its receipt, whatever became of its fields and files.
func TestSent(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	sub := simple()
	sub.Staged, sub.Reward = []string{w.stage(t, d, intake.Photo, jpeg(1, 900))}, true
	if r, sent, err := w.Sent(t.Context(), d, true); sent || err != nil || r != (intake.Receipt{}) {
		t.Errorf("before it was sent: %t, %v", sent, err)
	}
	first, err := w.Submit(t.Context(), d, sub)
	must(t, err)
	w.advance(25 * time.Hour)
	if _, err := w.OpenStaged(d, sub.Staged[0]); err == nil {
		t.Fatal("the token of the file is still good, so this proves nothing")
	}
	first.Again = true
	if r, sent, err := w.Sent(t.Context(), d, true); err != nil || !sent || r != first {
		t.Errorf("sent: %t, another receipt, or %v", sent, err)
	}
	if r, err := w.Submit(t.Context(), d, intake.Submission{Staged: sub.Staged, Reward: true}); err != nil || r != first {
		t.Errorf("another receipt, or %v", err)
	}
	w.docs.before.Store(on("get", "tips"))
	if _, sent, err := w.Sent(t.Context(), d, true); sent || fault.KindOf(err) != fault.Busy {
		t.Errorf("store away: %t, %v", sent, err)
	}
}

func fours(c intake.Code) []string { f := c.Fours(); return f[:] }

func evidence(t *testing.T, w *world, tip *intake.Tip, i int) []byte {
	t.Helper()
	rc, err := w.Evidence(t.Context(), tip.ID, tip.Items[i].ID)
	must(t, err)
	b, err := io.ReadAll(rc)
	must(t, errors.Join(err, rc.Close()))
	return b
}

// Sixteen taps at once give one tip and one receipt.
func TestSubmitOnce(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	sub := simple()
	sub.Reward = true
	sub.Staged = []string{w.stage(t, d, intake.Photo, jpeg(1, 5000))}
	receipts := make([]intake.Receipt, 16)
	var wg sync.WaitGroup
	for i := range receipts {
		wg.Go(func() {
			own, err := w.OpenDraft(d.Token) // each request opens the form on its own
			if err == nil {
				receipts[i], err = w.Submit(t.Context(), own, sub)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	first := 0
	for _, r := range receipts {
		if r.Code != receipts[0].Code || r.Claim != receipts[0].Claim || r.Photos != 1 || r.Code == "" || r.Claim == "" {
			t.Errorf("receipts differ: %v", r.Photos)
		}
		if !r.Again {
			first++
		}
	}
	waiting, err := w.Waiting(t.Context(), w.now().Add(time.Hour), 10)
	if err != nil || len(waiting) != 1 || first != 1 || len(w.told.ids) != 1 {
		t.Errorf("%d tips, %d first receipts, told %d times, %v", len(waiting), first, len(w.told.ids), err)
	}
	must(t, w.Keep(t.Context(), d))
	r, err := w.Submit(t.Context(), d, sub)
	if err != nil || !r.Kept || !r.Again || r.Code != "" || r.Claim != "" || r.Photos != 1 {
		t.Errorf("after Keep: %+v, %v", r, err)
	}
	if err := w.Keep(t.Context(), w.NewDraft()); !hasKey(err, "keep.stale") {
		t.Errorf("keeping what was never sent: %v", err)
	}
}

func TestSubmitFaults(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		change func(*intake.Submission)
		want   []string
	}{
		"nothing":       {func(s *intake.Submission) { *s = intake.Submission{} }, []string{"signs:form.empty", "village:form.where"}},
		"only blanks":   {func(s *intake.Submission) { s.Report.Words = " \u200b\u202e\n" }, []string{"signs:form.empty"}},
		"100,000":       {func(s *intake.Submission) { s.Report.Words = strings.Repeat("字", 100_000) }, []string{"words:form.too_long"}},
		"2001":          {func(s *intake.Submission) { s.Report.Words = strings.Repeat("字", intake.MaxWords+1) }, []string{"words:form.too_long"}},
		"encoding":      {func(s *intake.Submission) { s.Report.Words = "味\xff道" }, []string{"words:form.encoding"}},
		"unknown ids":   {func(s *intake.Submission) { s.Report.Signs = []string{"x", "y", "smell"}; s.Report.Before = "'--" }, []string{"signs:form.choice", "before:form.choice"}},
		"village, town": {func(s *intake.Submission) { s.Report.Town, s.Report.Village = "141128101", "141128103201" }, []string{"village:form.choice"}},
		"off the globe": {func(s *intake.Submission) { s.Report.Position = &intake.Position{Lon: 500} }, []string{"position:form.choice"}},
		"forged file":   {func(s *intake.Submission) { s.Staged = []string{"AAAA", "!"} }, []string{"photos:photo.stale"}},
		"all at once": {func(s *intake.Submission) {
			s.Contact = strings.Repeat("1", 101)
			s.Report.Where = strings.Repeat("路", 201)
		}, []string{"where:form.too_long", "contact:form.too_long"}},
		"emergency":      {func(s *intake.Submission) { s.Report.Emergency = "none2" }, []string{"e:form.choice"}},
		"nothing is bad": {func(s *intake.Submission) { s.Report.Words = strings.Repeat("\u200b字", intake.MaxWords) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d, sub := w.NewDraft(), simple()
			c.change(&sub)
			_, err := w.Submit(t.Context(), d, sub)
			if !slices.Equal(keys(err), c.want) {
				t.Fatalf("faults %v, want %v", keys(err), c.want)
			}
			if _, err := w.Open(t.Context(), d.Tip()); (err == nil) != (c.want == nil) {
				t.Errorf("stored: %v", err)
			}
			// What comes back for the form can be sent once what is missing was added.
			clean, _ := w.Check(d, sub)
			if _, faults := w.Check(d, clean); slices.ContainsFunc(faults, func(f *fault.Error) bool { return f.Key == "form.choice" || f.Key == "form.encoding" }) {
				t.Errorf("the form that comes back fails again: %v", faults)
			}
		})
	}
}

// Who cannot write may speak.
func TestSubmitVoiceAlone(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	sub := intake.Submission{Report: intake.Report{Where: "砖厂后面"}, Staged: []string{w.stage(t, d, intake.Voice, amr(1000))}}
	_, err := w.Submit(t.Context(), d, sub)
	must(t, err)
}

func TestStage(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	cut := func(err error, n int) io.Reader { return io.MultiReader(bytes.NewReader(jpeg(1, n)), failing{err}) }
	for name, c := range map[string]struct {
		kind intake.Kind
		r    io.Reader
		want string
	}{
		"empty":             {intake.Photo, strings.NewReader(""), "photos:photo.broken"},
		"text":              {intake.Photo, strings.NewReader("hello"), "photos:photo.kind"},
		"svg":               {intake.Photo, strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "photos:photo.kind"},
		"a voice as photo":  {intake.Photo, bytes.NewReader(amr(100)), "photos:photo.kind"},
		"a photo as voice":  {intake.Voice, bytes.NewReader(jpeg(1, 100)), "voice:voice.kind"},
		"too large":         {intake.Photo, bytes.NewReader(jpeg(1, 1<<20+1)), "photos:photo.too_large"},
		"large voice":       {intake.Voice, bytes.NewReader(amr(1<<20 + 1)), "voice:voice.too_large"},
		"endless":           {intake.Photo, io.MultiReader(bytes.NewReader(jpeg(1, 600)), endless{}), "photos:photo.too_large"},
		"cut at once":       {intake.Photo, cut(io.ErrUnexpectedEOF, 0), "photos:photo.broken"},
		"cut in the head":   {intake.Photo, cut(io.ErrUnexpectedEOF, 300), "photos:photo.broken"},
		"cut later":         {intake.Photo, cut(io.ErrUnexpectedEOF, 90_000), "photos:photo.broken"},
		"connection broken": {intake.Voice, io.MultiReader(bytes.NewReader(amr(90_000)), failing{errors.New("reset")}), "voice:voice.broken"},
	} {
		t.Run(name, func(t *testing.T) {
			st, err := w.Stage(t.Context(), d, c.kind, c.r)
			if !slices.Equal(keys(err), []string{c.want}) || st.Token != "" {
				t.Errorf("%v", err)
			}
		})
	}
	if n := w.count(t); n != 0 {
		t.Errorf("%d blobs left of files that were refused", n)
	}
	for name, head := range map[string]string{"png": "\x89PNG\r\n\x1a\n", "webp": "RIFF\x00\x00\x00\x00WEBPVP8 ", "heic": "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "heif": "\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00"} {
		if _, err := w.Stage(t.Context(), d, intake.Photo, strings.NewReader(head+strings.Repeat("x", 100))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, head := range map[string]string{"mp3": "\xff\xfb\x90\x00", "m4a": "\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00", "3gp": "\x00\x00\x00\x18ftyp3gp5\x00\x00\x00\x00", "webm": "\x1a\x45\xdf\xa3\x42\x82\x84webm", "ogg": "OggS\x00\x02"} {
		if _, err := w.Stage(t.Context(), d, intake.Voice, strings.NewReader(head+strings.Repeat("\x00", 100))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func (w *world) count(t testing.TB) (n int) {
	t.Helper()
	for _, err := range w.Blobs.List(t.Context(), "tips/") {
		must(t, err)
		n++
	}
	return n
}

func TestTokens(t *testing.T) {
	w, stranger := newWorld(t), newWorld(t)
	d := w.NewDraft()
	token := w.stage(t, d, intake.Photo, jpeg(1, 1000))
	if _, err := w.OpenStaged(d, token); err != nil {
		t.Error(err)
	}
	if _, err := w.OpenStaged(w.NewDraft(), token); !hasKey(err, "photo.stale") {
		t.Errorf("a file of another form: %v", err)
	}
	if _, err := w.OpenStaged(d, token[:len(token)-4]+"AAAA"); !hasKey(err, "photo.stale") {
		t.Errorf("a forged file: %v", err)
	}
	if _, err := stranger.OpenDraft(d.Token); !hasKey(err, "form.stale") {
		t.Errorf("a form of another platform: %v", err)
	}
	for i := range d.Token {
		b := []byte(d.Token)
		if b[i] = 'A'; d.Token[i] == 'A' {
			b[i] = 'B'
		}
		if _, err := w.OpenDraft(string(b)); !hasKey(err, "form.stale") {
			t.Fatalf("a form with character %d changed was opened", i)
		}
	}
	w.advance(25 * time.Hour)
	if _, err := w.OpenStaged(d, token); !hasKey(err, "photo.stale") {
		t.Errorf("a file after a day: %v", err)
	}
	if own, err := w.OpenDraft(d.Token); err != nil || own.Tip() != d.Tip() {
		t.Errorf("a form after a day: %v", err)
	}
	w.advance(8 * 24 * time.Hour)
	if _, err := w.OpenDraft(d.Token); !hasKey(err, "form.stale") {
		t.Errorf("a form after nine days: %v", err)
	}
	many := w.NewDraft()
	sub := simple()
	for i := range intake.MaxPhotos + 1 {
		sub.Staged = append(sub.Staged, w.stage(t, many, intake.Photo, jpeg(uint64(i), 600)))
	}
	if _, err := w.Submit(t.Context(), many, sub); !slices.Equal(keys(err), []string{"photos:photo.too_many"}) {
		t.Errorf("ten photos: %v", err)
	}
}

// With a store away nothing is accepted, the person is told, and the same form with the same files works afterwards.
func TestSubmitWithDocsDown(t *testing.T) {
	for name, fail := range map[string]*func(string, string) error{
		"insert": on("insert", "tips"), "get": on("get", "tips"), "claim": on("insert", "rewards"),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			d, sub := w.NewDraft(), simple()
			sub.Reward = true
			sub.Staged = []string{w.stage(t, d, intake.Photo, jpeg(1, 3000))}
			w.docs.before.Store(fail)
			if _, err := w.Submit(t.Context(), d, sub); !hasKey(err, "busy") || fault.KindOf(err) != fault.Busy || !errors.Is(err, errDown) {
				t.Fatalf("%v", err)
			}
			w.docs.before.Store(nil)
			if _, err := w.Open(t.Context(), d.Tip()); !errors.Is(err, docs.ErrNotFound) || len(w.told.ids) != 0 {
				t.Errorf("something was accepted: %v", err)
			}
			r, err := w.Submit(t.Context(), d, sub)
			if err != nil || r.Again || r.Photos != 1 {
				t.Errorf("sent again: %v", err)
			}
		})
	}
}

// The store took the tip and its answer got lost: the tip is there, so the person is told so.
func TestSubmitWithTheAnswerLost(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	w.docs.after.Store(on("insert", "tips"))
	r, err := w.Submit(t.Context(), d, simple())
	if err != nil || r.Code != w.QueryCode(d) {
		t.Errorf("%v", err)
	}
}

// The real store closed under the service: no engine stands behind the port any more.
func TestSubmitWithDocsClosed(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	must(t, w.docs.Store.Close())
	if _, err := w.Submit(t.Context(), d, simple()); fault.KindOf(err) != fault.Busy {
		t.Errorf("%v", err)
	}
	if _, err := w.Look(t.Context(), w.QueryCode(d)); fault.KindOf(err) != fault.Busy {
		t.Errorf("look: %v", err)
	}
}

func TestStageWithBlobsDown(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	w.blobs.down.Store(true)
	if _, err := w.Stage(t.Context(), d, intake.Photo, bytes.NewReader(jpeg(1, 1000))); fault.KindOf(err) != fault.Busy {
		t.Errorf("away: %v", err)
	}
	w.blobs.down.Store(false)
	w.blobs.failAfter.Store(50_000)
	if _, err := w.Stage(t.Context(), d, intake.Photo, bytes.NewReader(jpeg(1, 200_000))); fault.KindOf(err) != fault.Busy {
		t.Errorf("in the middle: %v", err)
	}
	w.blobs.failAfter.Store(0)
	if n := w.count(t); n != 0 {
		t.Errorf("%d half blobs", n)
	}
	sub := simple()
	sub.Staged = []string{w.stage(t, d, intake.Photo, jpeg(1, 200_000))}
	_, err := w.Submit(t.Context(), d, sub)
	must(t, err)
}

// The real folder gone, and something else in its place.
func TestStageWithTheFolderGone(t *testing.T) {
	w := newWorld(t)
	dir := filepath.Join(w.dir, "evidence")
	must(t, os.RemoveAll(dir))
	must(t, os.WriteFile(dir, nil, 0o600))
	if _, err := w.Stage(t.Context(), w.NewDraft(), intake.Photo, bytes.NewReader(jpeg(1, 1000))); fault.KindOf(err) != fault.Busy {
		t.Errorf("%v", err)
	}
}

// A person whose connection breaks leaves a whole tip or none, and finds out by sending again.
func TestSubmitFromAVanishedClient(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	ctx, cancel := context.WithCancel(t.Context())
	before := func(op, c string) error {
		if op == "insert" && c == "rewards" {
			cancel() // the button was pressed, the line breaks now
		}
		return nil
	}
	w.docs.before.Store(&before)
	sub := simple()
	sub.Reward = true
	first, err := w.Submit(ctx, d, sub)
	must(t, err)
	second, err := w.Submit(t.Context(), d, sub)
	if err != nil || !second.Again || second.Code != first.Code || second.Claim != first.Claim {
		t.Errorf("%v", err)
	}
	gone := w.NewDraft()
	if _, err := w.Submit(ctx, gone, simple()); err == nil {
		t.Error("a request that was over before it began was accepted")
	}
	if _, err := w.Open(t.Context(), gone.Tip()); !errors.Is(err, docs.ErrNotFound) {
		t.Errorf("half a tip: %v", err)
	}
}

// The queue may be away or hang: the receipt comes, and the tip waits for the sweep.
func TestSubmitWithTheQueueAway(t *testing.T) {
	w := newWorld(t)
	w.told.err = errDown
	_, err := w.Submit(t.Context(), w.NewDraft(), simple())
	must(t, err)
	w.told.hang = true
	began := time.Now()
	_, err = w.Submit(t.Context(), w.NewDraft(), simple())
	must(t, err)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the receipt waited %v for the queue", took)
	}
	if waiting, err := w.Waiting(t.Context(), w.now().Add(time.Minute), 10); err != nil || len(waiting) != 2 {
		t.Errorf("%d waiting, %v", len(waiting), err)
	}
	if s := w.log.String(); strings.Contains(s, "味") || !strings.Contains(s, "left to the sweep") {
		t.Errorf("log: %s", s)
	}
}

// With and without contact and wish a stored tip has the same fields of the same length.
func TestTipsLookAlike(t *testing.T) {
	w := newWorld(t)
	var want map[string]int
	for i, c := range []intake.Submission{{}, {Reward: true}, {Contact: "139"}, {Contact: strings.Repeat("联", intake.MaxContact), Reward: true}} {
		d := w.NewDraft()
		c.Report = simple().Report
		if i == 1 {
			c.Report.Words += "，还有人看门"
		}
		_, err := w.Submit(t.Context(), d, c)
		must(t, err)
		_, size, err := w.Stored(t.Context(), d.Tip())
		must(t, err)
		if want == nil {
			want = size
		}
		for field, n := range size {
			if want[field] != n || len(size) != len(want) {
				t.Errorf("tip %d: field %s has %d bytes, %d in the first", i, field, n, want[field])
			}
		}
	}
}

// TestFullStoreTakesWords: the photo is refused with a sentence of its own, and the tip is accepted without it.
func TestFullStoreTakesWords(t *testing.T) {
	w := newWorld(t)
	w.blobs.full.Store(true)
	d := w.NewDraft()
	for kind, content := range map[intake.Kind][]byte{intake.Photo: jpeg(1, 4000), intake.Voice: amr(4000)} {
		_, err := w.Stage(t.Context(), d, kind, bytes.NewReader(content))
		if !hasKey(err, string(kind)+".full") || fault.KindOf(err) != fault.Full {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if !strings.Contains(w.log.String(), "no room for evidence") {
		t.Error("the log does not say that the disk is full")
	}
	if _, err := w.Submit(t.Context(), d, simple()); err != nil {
		t.Errorf("words alone: %v", err)
	}
}
