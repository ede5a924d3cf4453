package handlers

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/cases"
)

// shot is a photo with a mark in its metadata, as a camera writes it.
func shot(t *testing.T, mark string) []byte {
	t.Helper()
	raw := photo(t)
	comment := append([]byte{0xff, 0xfe, 0, byte(len(mark) + 2)}, mark...)
	return append(append(bytes.Clone(raw[:2]), comment...), raw[2:]...)
}

func (m *matter) shoot(path, session string, photos ...[]byte) answer {
	m.t.Helper()
	f := newForm()
	for _, raw := range photos {
		f.file("photos", "标记文件名.jpg", raw)
	}
	if err := f.w.Close(); err != nil {
		m.t.Fatal(err)
	}
	req := request("POST", m.url+path, &f.b, session)
	req.Header.Set("Content-Type", f.w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return m.do(req)
}

func TestPhotosFromTheSpot(t *testing.T) {
	r := newRig(t)
	lead, _ := r.signedIn(cases.Handler, "emergency")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	foreign, _ := r.signedIn(cases.Handler, "police")
	m := r.matter("emergency")
	m.shoot("/photos", lead, photo(t)).is(http.StatusForbidden) // nobody signed it yet
	m.press(lead, "sign").is(http.StatusSeeOther)
	first := shot(t, "markedcamera")

	// A phone sends one by one, and again when it heard no answer: the file is kept once.
	for range 2 {
		if a := m.shoot("/photo", lead, first); a.Code != http.StatusOK || !strings.Contains(a.Body.String(), "/320") {
			t.Fatalf("%d %s\n%s", a.Code, a.Body, r.log)
		}
	}
	if a := m.shoot("/photo", lead, []byte("no picture")).is(http.StatusUnprocessableEntity); !strings.Contains(a.Body.String(), "没有收下") || !strings.HasPrefix(a.Header().Get("Content-Type"), "application/json") {
		t.Errorf("a file that is no picture: %s", a.Body)
	}
	m.shoot("/photo", lead, bytes.Repeat([]byte{0xff}, 1<<20+1)).is(http.StatusRequestEntityTooLarge).has("太大")
	// A form without a script sends several; each is taken or refused for itself.
	mixed := m.shoot("/photos", lead, photo(t), []byte("no picture")).is(http.StatusUnprocessableEntity).has("第 2 张").has("收好了 1 张")
	if n := mixed.page().Find("#scene-strip img").Length(); n != 2 {
		t.Fatalf("%d photos on the page, want 2", n)
	}
	m.shoot("/photos", lead).is(http.StatusUnprocessableEntity).has("还没有选照片")
	m.shoot("/photos", lead, photo(t)).is(http.StatusSeeOther)

	// Who sees the case sees them, cleaned; nobody else.
	src := r.get(m.url, duty).is(http.StatusOK).page().Find("#scene-strip a").First().AttrOr("href", "")
	picture := r.get(src, duty).is(http.StatusOK)
	if body := picture.Body.Bytes(); picture.Header().Get("Content-Type") != "image/jpeg" || bytes.Contains(body, []byte("markedcamera")) || len(body) == 0 {
		t.Error("the photo is not cleaned")
	}
	r.get(src, foreign).is(http.StatusNotFound)
	r.get(strings.TrimSuffix(src, "1600")+"original", duty).is(http.StatusNotFound)
	m.shoot("/photo", foreign, photo(t)).is(http.StatusNotFound)
	other := r.matter("police")
	r.get(strings.Replace(src, m.id, other.id, 1), foreign).is(http.StatusNotFound)

	// Sealed where they lie, and in the record of who saw what.
	n := 0
	for o, err := range r.blobs.List(t.Context(), "scene/") {
		if err != nil {
			t.Fatal(err)
		}
		in, err := r.blobs.Get(t.Context(), o.Key)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		in.Close()
		if n++; bytes.Contains(raw, []byte("markedcamera")) || bytes.HasPrefix(raw, []byte{0xff, 0xd8}) {
			t.Errorf("%s can be read", o.Key)
		}
	}
	if n != 9 {
		t.Errorf("%d files for 3 photos", n)
	}
	entries, err := r.custody.Read(t.Context(), "case/"+m.id)
	if err != nil {
		t.Fatal(err)
	}
	did := map[string]int{}
	for _, e := range entries {
		did[e.Action]++
	}
	if did["photo"] != 3 || did["scene"] != 1 {
		t.Errorf("the record says %v", did)
	}
	if strings.Contains(r.log.String(), "标记文件名") {
		t.Error("the log holds a file name")
	}
	// A full disk: the sentence says so, nothing else is lost.
	r.blobs.full.Store(true)
	m.shoot("/photo", lead, photo(t)).is(http.StatusInsufficientStorage).has("照片现在收不下")
}
