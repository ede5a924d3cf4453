package intake_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"qianshao/intake"
	"qianshao/intake/fault"
)

// sent gives the draft and the code of an accepted tip.
func (w *world) sent(t testing.TB, sub intake.Submission) (*intake.Draft, intake.Code) {
	t.Helper()
	d := w.NewDraft()
	r, err := w.Submit(t.Context(), d, sub)
	must(t, err)
	return d, r.Code
}

func TestDialogue(t *testing.T) {
	w := newWorld(t)
	d, code := w.sent(t, simple())
	must(t, w.Answer(t.Context(), d.Tip(), "k1", "town:141128103", "请问院子的大门朝哪边？"))
	must(t, w.Answer(t.Context(), d.Tip(), "k1", "town:141128103", "请问院子的大门朝哪边？"))
	v, err := w.Look(t.Context(), code)
	must(t, err)
	if len(v.Thread) != 1 || !v.Thread[0].FromUs || !v.Thread[0].Unread || v.Thread[0].Unit != "town:141128103" || strings.Contains(v.Token, string(code)) {
		t.Fatalf("thread: %+v", v.Thread)
	}
	if h, m, s := v.Day.Clock(); h+m+s != 0 || v.Day.IsZero() {
		t.Errorf("day %v", v.Day)
	}
	v, err = w.Resume(t.Context(), v.Token)
	must(t, err)
	if v.Thread[0].Unread {
		t.Error("still unread after the person saw it")
	}
	say := w.NewDraft()
	photo := jpeg(9, 70_000)
	token := w.stage(t, say, intake.Photo, photo)
	before, err := w.Open(t.Context(), d.Tip())
	must(t, err)
	must(t, w.Finish(t.Context(), before))
	for range 3 { // a double tap
		must(t, w.Say(t.Context(), v, say, "朝南，看照片", []string{token}))
	}
	thread, err := w.Thread(t.Context(), d.Tip())
	must(t, err)
	if len(thread) != 2 || thread[1].FromUs || thread[1].Text != "朝南，看照片" || thread[1].Photos != 1 || !thread[1].Unread {
		t.Errorf("thread: %+v", thread)
	}
	if thread, err = w.Thread(t.Context(), d.Tip()); err != nil || thread[1].Unread {
		t.Errorf("still unread after the county saw it: %v", err)
	}
	tip, err := w.Open(t.Context(), d.Tip())
	must(t, err)
	if len(tip.Items) != 1 || !bytes.Equal(evidence(t, w, tip, 0), photo) || len(w.told.ids) != 2 {
		t.Errorf("the photo did not become evidence: %+v", tip.Items)
	}
	// Triage that had read the tip before the photo came does not take it off the list; one that read it does.
	must(t, w.Finish(t.Context(), before))
	if ids, err := w.Waiting(t.Context(), w.now().Add(time.Minute), 9); err != nil || len(ids) != 1 {
		t.Errorf("the later photo is forgotten: %v", err)
	}
	must(t, w.Finish(t.Context(), tip))
	if ids, err := w.Waiting(t.Context(), w.now().Add(time.Minute), 9); err != nil || len(ids) != 0 {
		t.Errorf("still waiting: %v, %v", ids, err)
	}
	// Words alone are read again too; what the county says is not.
	must(t, w.Answer(t.Context(), d.Tip(), "k2", "town:141128103", "谢谢"))
	if ids, err := w.Waiting(t.Context(), w.now().Add(time.Minute), 9); err != nil || len(ids) != 0 {
		t.Errorf("waits for what the county said: %v, %v", ids, err)
	}
	must(t, w.Say(t.Context(), v, w.NewDraft(), "还有一句话", nil))
	must(t, w.Finish(t.Context(), tip))
	if ids, err := w.Waiting(t.Context(), w.now().Add(time.Minute), 9); err != nil || len(ids) != 1 || len(w.told.ids) != 3 {
		t.Errorf("later words are forgotten: %v, %v", ids, err)
	}
	if tip, err = w.Open(t.Context(), d.Tip()); err != nil || !slices.Equal(tip.Said, []string{"朝南，看照片", "还有一句话"}) {
		t.Errorf("said %v, %v", tip.Said, err)
	}
	must(t, w.Finish(t.Context(), tip))
	if ids, err := w.Waiting(t.Context(), w.now().Add(time.Minute), 9); err != nil || len(ids) != 0 {
		t.Errorf("waits on: %v, %v", ids, err)
	}
}

func TestSayFaults(t *testing.T) {
	w := newWorld(t)
	_, code := w.sent(t, simple())
	_, other := w.sent(t, simple())
	v, err := w.Look(t.Context(), code)
	must(t, err)
	v, err = w.Resume(t.Context(), v.Token) // the code itself is gone by now
	must(t, err)
	spaced := strings.Join(fours(code), " ")
	for words, want := range map[string]string{
		"": "words:say.empty", " \u200b": "words:say.empty", strings.Repeat("字", intake.MaxMessage+1): "words:form.too_long", "\xff": "words:form.encoding",
		"我的码 " + spaced + " 在这": "words:code.in_words", strings.ReplaceAll(spaced, " ", "－"): "words:code.in_words",
		"卡号 " + strings.Join(fours(other), " "): "", "电话 139": "",
	} {
		err := w.Say(t.Context(), v, w.NewDraft(), words, nil)
		if want == "" && err != nil || want != "" && !slices.Equal(keys(err), []string{want}) {
			t.Errorf("%d characters: %v, want %s", len(words), keys(err), want)
		}
	}
	if err := w.Say(t.Context(), v, w.NewDraft(), "x", []string{"forged"}); !hasKey(err, "photo.stale") {
		t.Errorf("%v", err)
	}
	w.docs.before.Store(on("replace", "tips"))
	d := w.NewDraft()
	if err := w.Say(t.Context(), v, d, "还有", nil); fault.KindOf(err) != fault.Busy {
		t.Errorf("store away: %v", err)
	}
	w.docs.before.Store(nil)
	must(t, w.Say(t.Context(), v, d, "还有", nil))
	must(t, w.Say(t.Context(), v, d, "还有", nil))
	if v, err = w.Resume(t.Context(), v.Token); err != nil || len(v.Thread) != 3 {
		t.Errorf("%d lines, %v", len(v.Thread), err)
	}
	w.advance(2 * time.Hour)
	if _, err := w.Resume(t.Context(), v.Token); !hasKey(err, "visit.stale") {
		t.Errorf("a visit after two hours: %v", err)
	}
	if _, err := w.Resume(t.Context(), "AAAA"); !hasKey(err, "visit.stale") {
		t.Errorf("a forged visit: %v", err)
	}
}

// Many write at once, from both sides, and no line is lost.
func TestSaid(t *testing.T) {
	w := newWorld(t)
	_, code := w.sent(t, simple())
	before, err := w.Look(t.Context(), code)
	must(t, err)
	d := w.NewDraft()
	must(t, w.Say(t.Context(), before, d, "又来一车", nil))
	after, err := w.Resume(t.Context(), before.Token)
	must(t, err)
	if w.Said(before, d) || !w.Said(after, d) || w.Said(after, w.NewDraft()) {
		t.Errorf("said: before %t, after %t, another form %t; want only the second", w.Said(before, d), w.Said(after, d), w.Said(after, w.NewDraft()))
	}
}

func TestDialogueTogether(t *testing.T) {
	w := newWorld(t)
	d, code := w.sent(t, simple())
	v, err := w.Look(t.Context(), code)
	must(t, err)
	var wg sync.WaitGroup
	for i := range 8 {
		say := w.NewDraft()
		token := w.stage(t, say, intake.Photo, jpeg(uint64(i), 700))
		wg.Go(func() { check(t, w.Say(t.Context(), v, say, "一句", []string{token})) })
		wg.Go(func() { check(t, w.Answer(t.Context(), d.Tip(), string(rune('a'+i)), "u", "一句")) })
	}
	wg.Wait()
	tip, err := w.Open(t.Context(), d.Tip())
	must(t, err)
	if thread, err := w.Thread(t.Context(), d.Tip()); err != nil || len(thread) != 16 || len(tip.Items) != 8 {
		t.Errorf("%d lines, %d photos, %v", len(thread), len(tip.Items), err)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func TestUnknownCode(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	_, code := w.sent(t, simple())
	for _, c := range []intake.Code{w.QueryCode(w.NewDraft()), "", "0000000000000000"} {
		if _, err := w.Look(t.Context(), c); !slices.Equal(keys(err), []string{"code:code.unknown"}) {
			t.Errorf("%v", err)
		}
	}
	if _, err := other.Look(t.Context(), code); !hasKey(err, "code.unknown") {
		t.Errorf("a code of another platform: %v", err)
	}
	// The claim code opens no dialogue.
	d := w.NewDraft()
	sub := simple()
	sub.Reward = true
	r, err := w.Submit(t.Context(), d, sub)
	must(t, err)
	if _, err := w.Look(t.Context(), r.Claim); !hasKey(err, "code.unknown") {
		t.Errorf("a claim code: %v", err)
	}
}

func TestRenditions(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	sub := simple()
	sub.Staged = []string{w.stage(t, d, intake.Photo, jpeg(1, 5000))}
	_, err := w.Submit(t.Context(), d, sub)
	must(t, err)
	tip, err := w.Open(t.Context(), d.Tip())
	must(t, err)
	item := tip.Items[0].ID
	if _, err := w.Rendition(t.Context(), tip.ID, item, "320"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("none yet: %v", err)
	}
	for _, content := range []string{"first", "second"} {
		must(t, w.PutRendition(t.Context(), tip.ID, item, "320", strings.NewReader(content)))
		rc, err := w.Rendition(t.Context(), tip.ID, item, "320")
		must(t, err)
		if b, err := io.ReadAll(rc); err != nil || string(b) != content || rc.Close() != nil {
			t.Errorf("%q, %v", b, err)
		}
	}
	for _, bad := range [][2]string{{item, "../x"}, {item, ""}, {"nobody", "320"}} {
		if err := w.PutRendition(t.Context(), tip.ID, bad[0], bad[1], strings.NewReader("x")); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%v: %v", bad, err)
		}
	}
	w.blobs.down.Store(true)
	if _, err := w.Rendition(t.Context(), tip.ID, item, "320"); fault.KindOf(err) != fault.Busy {
		t.Errorf("store away: %v", err)
	}
}

// The sweep takes what no tip took, after two days, and never anything that a tip refers to.
func TestSweepOrphans(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	sub := simple()
	sub.Staged = []string{w.stage(t, d, intake.Photo, jpeg(1, 5000))}
	w.stage(t, d, intake.Photo, jpeg(2, 5000))            // taken off the form before sending
	w.stage(t, w.NewDraft(), intake.Photo, jpeg(3, 5000)) // a form that was never sent
	r, err := w.Submit(t.Context(), d, sub)
	must(t, err)
	v, err := w.Look(t.Context(), r.Code)
	must(t, err)
	say := w.NewDraft()
	token := w.stage(t, say, intake.Photo, jpeg(4, 5000))
	w.stage(t, say, intake.Photo, jpeg(5, 5000)) // not sent with the message
	must(t, w.Say(t.Context(), v, say, "", []string{token}))
	tip, err := w.Open(t.Context(), d.Tip())
	must(t, err)
	for _, it := range tip.Items {
		must(t, w.PutRendition(t.Context(), tip.ID, it.ID, "320", strings.NewReader("small")))
	}
	if n, err := w.SweepOrphans(t.Context()); n != 0 || err != nil {
		t.Fatalf("swept %d fresh blobs, %v", n, err)
	}
	w.advance(w.Sweepable() + time.Minute)
	w.docs.before.Store(on("get", "tips"))
	if n, err := w.SweepOrphans(t.Context()); n != 0 || !errors.Is(err, errDown) {
		t.Fatalf("with the documents away: swept %d, %v", n, err)
	}
	w.docs.before.Store(nil)
	if n, err := w.SweepOrphans(t.Context()); n != 3 || err != nil {
		t.Errorf("swept %d, want 3, %v", n, err)
	}
	for i, want := range [][]byte{jpeg(1, 5000), jpeg(4, 5000)} {
		if !bytes.Equal(evidence(t, w, tip, i), want) {
			t.Errorf("item %d was swept", i)
		}
		rc, err := w.Rendition(t.Context(), tip.ID, tip.Items[i].ID, "320")
		must(t, err)
		must(t, rc.Close())
	}
	if n, err := w.SweepOrphans(t.Context()); n != 0 || err != nil {
		t.Errorf("a second sweep: %d, %v", n, err)
	}
}

// A thief with every file but the keys finds no marked word, no code and no token of a tip.
func TestNothingInTheOpen(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	photo := append(jpeg(1, 150_000), "MARKED-IN-THE-PHOTO"...)
	sub := intake.Submission{
		Report: intake.Report{
			Town: "141128103", Village: "141128103201", Where: "MARKED-WHERE 标记的地方", Words: "MARKED-WORDS 标记的话", Signs: []string{"smell"}, Now: "yes",
			Position: &intake.Position{Lon: 111.234567, Lat: 37.891234}, Channel: "wechat",
		},
		Contact: "MARKED-CONTACT 标记的电话", Reward: true, Staged: []string{w.stage(t, d, intake.Photo, photo)},
	}
	r, err := w.Submit(t.Context(), d, sub)
	must(t, err)
	v, err := w.Look(t.Context(), r.Code)
	must(t, err)
	must(t, w.Say(t.Context(), v, w.NewDraft(), "MARKED-MESSAGE 标记的话", nil))
	must(t, w.Answer(t.Context(), d.Tip(), "k", "u", "MARKED-ANSWER 标记的话"))
	tip, err := w.Open(t.Context(), d.Tip())
	must(t, err)
	must(t, w.PutRendition(t.Context(), tip.ID, tip.Items[0].ID, "320", strings.NewReader("MARKED-RENDITION")))
	code, claim := strings.Join(fours(r.Code), ""), strings.Join(fours(r.Claim), "")
	marks := []string{
		"MARKED", "标记的", code, claim, strings.Join(fours(r.Code), " "), d.Token, sub.Staged[0], v.Token,
		"smell", "wechat", "141128103", "image/jpeg", "JFIF", "111.234567",
	}
	files, hits := scan(t, w.dir, marks) // with the database open, so that its write-ahead log is there
	if files < 4 || len(hits) > 0 {
		t.Errorf("%d files were looked at, in the open stand: %v", files, hits)
	}
	// The scan does find what is there.
	probe := t.TempDir()
	must(t, os.WriteFile(filepath.Join(probe, "probe"), []byte("x"+code+"x标记的地方"), 0o600))
	if _, hits := scan(t, probe, marks); len(hits) != 2 {
		t.Errorf("the scan finds %v", hits)
	}
	for _, m := range marks {
		if strings.Contains(w.log.String(), m) {
			t.Errorf("%q stands in the log", m)
		}
	}
	if strings.Contains(string(d.Tip()), code) {
		t.Error("the id holds the code")
	}
}

// scan looks for marks in the bytes of every file of a folder.
func scan(t *testing.T, dir string, marks []string) (files int, hits []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, m := range marks {
			if bytes.Contains(b, []byte(m)) {
				hits = append(hits, m+" in "+e.Name())
			}
		}
		return nil
	}))
	return files, hits
}

func FuzzTokens(f *testing.F) {
	w := newWorld(f)
	d := w.NewDraft()
	good := w.stage(f, d, intake.Photo, jpeg(1, 700))
	f.Add(d.Token)
	f.Add(good)
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		if own, err := w.OpenDraft(token); err == nil && own.Tip() != d.Tip() {
			t.Errorf("a forged form was opened: %q", token)
		} else if err != nil && !hasKey(err, "form.stale") {
			t.Error(err)
		}
		if _, err := w.OpenStaged(d, token); err == nil && token != good {
			t.Errorf("a forged file was opened: %q", token)
		} else if err != nil && !hasKey(err, "photo.stale") {
			t.Error(err)
		}
		if _, err := w.Resume(t.Context(), token); !hasKey(err, "visit.stale") {
			t.Error(err)
		}
	})
}
