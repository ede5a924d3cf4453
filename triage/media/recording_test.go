package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// What the files in testdata hold besides their sound and pictures: words of the person, the place, and what the programs that wrote them are called.
var traces = []string{
	"SECRET-OWNER-MARK", "+37.9", "2026-11-10", "Lavf", "x264", "x265", "SoundHandler", "VideoHandler", "encoder", "APETAGEX", "udta", "meta", "uuid", "ID3", "TAG",
}

// asAMR is a recording of frames of one kind.
func asAMR(wide bool, n int) []byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	head, sizes, kind := narrowBand, &amrNarrow, 7
	if wide {
		head, sizes, kind = wideBand, &amrWide, 2
	}
	file := []byte(head)
	for range n {
		file = append(file, byte(kind<<3|4))
		for range sizes[kind] {
			file = append(file, byte(rnd.IntN(256)))
		}
	}
	return file
}

// asWAV is n samples of silence at 8 kHz behind a chunk of words.
func asWAV(n int) []byte {
	words := "INFOINAMSECRET-OWNER-MARK."
	file := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00LIST"), le32(len(words))...)
	file = append(append(file, words...), "data"...)
	return append(append(file, le32(2*n)...), make([]byte, 2*n)...)
}

type recorded struct {
	name string
	file []byte
	use  Use
	kind Kind
	mime string
	d    time.Duration
}

// recordings are one of each kind, with everything that a file can tell about who made it.
func recordings(t testing.TB) []recorded {
	t.Helper()
	s := time.Second
	list := []recorded{
		{"amr", asAMR(false, 50), Voice, AMR, "audio/amr", s},
		{"amr-wb", asAMR(true, 50), Voice, AMR, "audio/amr", s},
		{"wav", asWAV(8000), Voice, WAV, "audio/wav", s},
	}
	for name, r := range map[string]recorded{
		"tone.mp3": {use: Voice, kind: MP3, mime: "audio/mpeg"}, "vbr.mp3": {use: Voice, kind: MP3, mime: "audio/mpeg"},
		"tone.aac": {use: Voice, kind: AAC, mime: "audio/aac"}, "tone.m4a": {use: Voice, kind: M4A, mime: "audio/mp4"},
		"tone.ogg": {use: Voice, kind: Ogg, mime: "audio/ogg"}, "tone.webm": {use: Voice, kind: WebM, mime: "audio/ogg"},
		"live.webm": {use: Voice, kind: WebM, mime: "audio/ogg"},
		"film.mp4":  {use: Film, kind: Movie, mime: "video/mp4"}, "film.mov": {use: Film, kind: Movie, mime: "video/mp4"},
		"frag.mp4": {use: Film, kind: Movie, mime: "video/mp4"}, "hevc.mp4": {use: Film, kind: Movie, mime: "video/mp4"},
	} {
		r.name, r.file, r.d = name, fixture(t, name), s
		list = append(list, r)
	}
	return list
}

func listen(t testing.TB, file []byte, use Use) (Recording, []byte) {
	t.Helper()
	rec, err := ReadRecording(context.Background(), bytes.NewReader(file), int64(len(file)), use, Lengths{})
	if err != nil {
		t.Fatal(err)
	}
	if rec.Clean == nil {
		return rec, nil
	}
	clean, err := io.ReadAll(rec.Clean)
	if err != nil {
		t.Fatal(err)
	}
	return rec, clean
}

func TestRecordings(t *testing.T) {
	for _, r := range recordings(t) {
		t.Run(r.name, func(t *testing.T) {
			rec, clean := listen(t, r.file, r.use)
			if rec.Problem != "" || rec.Kind != r.kind || rec.Type != r.mime {
				t.Fatalf("%q %q, problem %q", rec.Kind, rec.Type, rec.Problem)
			}
			if off := rec.Duration - r.d; off < -100*time.Millisecond || off > 250*time.Millisecond {
				t.Errorf("lasts %v, want %v", rec.Duration, r.d)
			}
			for _, word := range traces {
				if bytes.Contains(clean, []byte(word)) {
					t.Errorf("%q is still there", word)
				}
			}
			if again, twice := listen(t, clean, r.use); again.Problem != "" || !bytes.Equal(twice, clean) {
				t.Errorf("cleaned again: problem %q, %d bytes after %d", again.Problem, len(twice), len(clean))
			}
		})
	}
}

// A tail is what somebody hides behind a good file, or what a program leaves there.
func TestNoTailSurvives(t *testing.T) {
	tails := map[string][]byte{
		"zip":    []byte("PK\x03\x04SECRET-TAIL"),
		"words":  bytes.Repeat([]byte("SECRET-TAIL DDD@ lat 37.9 "), 50),
		"ID3v1":  append([]byte("TAGSECRET-TAIL"), make([]byte, 114)...),
		"APE":    append([]byte("APETAGEX\xd0\x07\x00\x00SECRET-TAIL"), make([]byte, 40)...),
		"a box":  append([]byte{0, 0, 0, 19}, "uuidSECRET-TAIL"...),
		"zeroes": make([]byte, 3000),
	}
	for _, r := range recordings(t) {
		_, clean := listen(t, r.file, r.use)
		for name, tail := range tails {
			_, got := listen(t, append(bytes.Clone(r.file), tail...), r.use)
			if bytes.Contains(got, []byte("SECRET-TAIL")) {
				t.Errorf("%s: a tail of %s survived", r.name, name)
			}
			if (r.kind != AMR || name == "words" || name == "zip") && !bytes.Equal(got, clean) { // zeroes are frames of silence in AMR
				t.Errorf("%s: a tail of %s changed what is kept: %d bytes, %d without", r.name, name, len(got), len(clean))
			}
		}
	}
}

func TestRecordingProblems(t *testing.T) {
	film, tone := fixture(t, "film.mp4"), fixture(t, "tone.m4a")
	for name, c := range map[string]struct {
		file []byte
		use  Use
		want Problem
	}{
		"nothing":                {nil, Voice, NoRecording},
		"words":                  {[]byte("不是录音"), Voice, NoRecording},
		"a picture":              {asJPEG(t, scene(40, 30, 1), 80), Voice, NoRecording},
		"a magic and no frame":   {[]byte("#!AMR\n1234"), Voice, BrokenRecording},
		"several channels":       {[]byte("#!AMR_MC1.0\n\x00\x00\x00\x00"), Voice, NoRecording},
		"a moment":               {asAMR(false, 3), Voice, BrokenRecording},
		"an ID3 tag alone":       {append([]byte("ID3\x03\x00\x00\x00\x00\x10\x00"), make([]byte, 5000)...), Voice, NoRecording},
		"half an index":          {tone[:len(tone)/2], Voice, BrokenRecording},
		"an ftyp alone":          {tone[:28], Voice, BrokenRecording},
		"a film as a voice note": {film, Voice, WithPicture},
		"a voice note as a film": {tone, Film, NoRecording},
		"AMR as a film":          {asAMR(false, 50), Film, NoRecording},
		// of what is no film that we take, nobody is sent on to where films are taken
		"a film of pictures as a voice note": {bytes.ReplaceAll(film, []byte("avc1"), []byte("jpeg")), Voice, NoRecording},
		"that as a film":                     {bytes.ReplaceAll(film, []byte("avc1"), []byte("jpeg")), Film, NoRecording},
		"a WebM film as a voice note":        {bytes.Replace(fixture(t, "tone.webm"), []byte("\x83\x81\x02"), []byte("\x83\x81\x01"), 1), Voice, NoRecording},
	} {
		if rec, clean := listen(t, c.file, c.use); rec.Problem != c.want || clean != nil {
			t.Errorf("%s: problem %q, want %q; %d bytes", name, rec.Problem, c.want, len(clean))
		}
	}
}

// A film that is cut off is a film still: by its index, or, where that comes last and is gone, by what its first box says. So is a sound a sound.
func TestCutOffRecordings(t *testing.T) {
	for name, c := range map[string]struct {
		keep string // the file ends behind the first box of this kind, with half of the next
		use  Use
		kind Kind
		want Problem
	}{
		"film.mp4": {"ftyp", Film, Movie, BrokenRecording}, "film.mov": {"ftyp", Film, Movie, BrokenRecording}, "hevc.mp4": {"ftyp", Voice, Movie, BrokenRecording},
		"frag.mp4": {"moov", Voice, Movie, WithPicture}, "tone.m4a": {"ftyp", Voice, M4A, BrokenRecording},
	} {
		file := fixture(t, name)
		end := 0
		for kind := ""; kind != c.keep; {
			kind = string(file[end+4 : end+8])
			end += int(binary.BigEndian.Uint32(file[end:]))
		}
		end += int(binary.BigEndian.Uint32(file[end:])) / 2
		if rec, clean := listen(t, file[:end], c.use); rec.Kind != c.kind || rec.Problem != c.want || clean != nil {
			t.Errorf("%s: %q, problem %q", name, rec.Kind, rec.Problem)
		}
	}
}

func TestLengthIsCountedAndLimited(t *testing.T) {
	limits := Lengths{Voice: 10 * time.Second, Film: 500 * time.Millisecond}
	for name, c := range map[string]struct {
		file []byte
		use  Use
		want Problem
	}{
		"ten seconds": {asAMR(false, 500), Voice, ""}, "a frame more": {asAMR(false, 501), Voice, LongRecording}, "a film": {fixture(t, "film.mp4"), Film, LongRecording},
	} {
		rec, err := ReadRecording(t.Context(), bytes.NewReader(c.file), int64(len(c.file)), c.use, limits)
		if err != nil || rec.Problem != c.want || (rec.Clean != nil) != (c.want == "") {
			t.Errorf("%s: problem %q, want %q, %v", name, rec.Problem, c.want, err)
		}
	}
	lies := bytes.Clone(fixture(t, "film.mp4")) // what the head of the file says of its length is not asked
	i := bytes.Index(lies, []byte("mvhd"))
	binary.BigEndian.PutUint32(lies[i+20:], 1)
	if rec, _ := listen(t, lies, Film); rec.Duration < 900*time.Millisecond {
		t.Errorf("a file that says it is short lasts %v", rec.Duration)
	}
}

// The store's errors are not the file's, and nobody reads on for a person who has gone.
func TestRecordingStoreFails(t *testing.T) {
	down := errors.New("down")
	for _, r := range recordings(t) {
		if _, err := ReadRecording(t.Context(), brokenAt{down}, int64(len(r.file)), r.use, Lengths{}); !errors.Is(err, down) {
			t.Errorf("%s: %v", r.name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ReadRecording(ctx, bytes.NewReader(asAMR(false, 9)), 300, Voice, Lengths{}); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits: %v", err)
	}
}

type brokenAt struct{ err error }

func (b brokenAt) ReadAt([]byte, int64) (int, error) { return 0, b.err }

// A picture that was turned stays turned, and the samples are the same bytes.
func TestFilmKeepsItsShape(t *testing.T) {
	file := bytes.Clone(fixture(t, "film.mov"))
	i := bytes.Index(file, []byte("tkhd")) + 4
	copy(file[i+40:], be(0, 1<<16, 0, 0xFFFF0000, 0, 0, 64<<16, 77<<16, 1<<30)) // by a quarter
	_, clean := listen(t, file, Film)
	list := boxes(clean)
	if len(list) != 3 || list[0].kind != "ftyp" || list[1].kind != "moov" || list[2].kind != "mdat" {
		t.Fatalf("boxes %v", kinds0(list))
	}
	head, ok := find(list[1].body, "trak", "tkhd")
	if !ok || !bytes.Equal(head[40:76], be(0, 1<<16, 0, 0xFFFF0000, 0, 0, 64<<16, 0, 1<<30)) {
		t.Errorf("no longer turned: % x", head[40:76])
	}
	if binary.BigEndian.Uint64(head[4:]) != 0 {
		t.Error("the time of making is still there")
	}
}

func kinds0(list []box) (names []string) {
	for _, b := range list {
		names = append(names, b.kind)
	}
	return names
}

// The boxes of settings hold what a decoder needs, and neither the name of an encoder nor anything else behind it.
func TestSettingsNameNoEncoder(t *testing.T) {
	const name = "Lavc59.37.100"
	set := func(unit string) string { return string([]byte{0, byte(len(unit))}) + unit }
	obu := func(head byte, body string) string { return string([]byte{head, byte(len(body))}) + body }
	es := func(object byte, special string) string {
		decoder := append([]byte{object, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, newDescriptor(5, []byte(special))...)
		return string(append(make([]byte, 4), newDescriptor(3, slices.Concat(make([]byte, 3), newDescriptor(4, decoder), newDescriptor(6, []byte{2})))...))
	}
	av1, note := obu(0x0A, "sequence"), obu(0x2A, name)
	layer := "\x00\x00\x01\x20layer"
	channels := "\x10\x04\xC8\x44\x00\x20\x00\xC4" // a list of one channel
	for _, c := range []struct{ kind, given, want string }{
		{"avcC", "\x01M\x40\x1F\xFF\xE2" + set("\x67SPS") + set("\x06"+name) + "\x01" + set("\x68PPS") + name, "\x01M\x40\x1F\xFF\xE1" + set("\x67SPS") + "\x01" + set("\x68PPS")},
		{"avcC", "\x01d\x40\x1F\xFF\xE1" + set("\x67SPS") + "\x01" + set("\x68PPS") + "\xFD\xF8\xF8\x00" + name, "\x01d\x40\x1F\xFF\xE1" + set("\x67SPS") + "\x01" + set("\x68PPS") + "\xFD\xF8\xF8\x00"},
		{"avcC", "\x01M\x40\x1F\xFF\xE1\x00\xFFshort", ""},
		{"av1C", "\x81\x04\x0C\x00" + av1 + note, "\x81\x04\x0C\x00" + av1},
		{"av1C", "\x81\x04\x0C\x00" + note + av1 + "\x08" + name, "\x81\x04\x0C\x00" + av1},
		{"esds", es(0x20, layer+"\x00\x00\x01\xB2"+name), es(0x20, layer)},
		{"esds", es(0x20, "\x00\x00\x01\xB2"+name+layer), es(0x20, layer)},
		{"esds", es(0x40, "\x14\x08\x56\xE5\x00"), es(0x40, "\x14\x08\x56\xE5\x00")},
		{"esds", es(0x40, channels+"\x0D"+name+"\x56\xE5\x00"), es(0x40, channels+"\x0D"+string(make([]byte, len(name)))+"\x56\xE5\x00")},
	} {
		if got := string(cleanSetting(c.kind, []byte(c.given))); got != c.want {
			t.Errorf("%s %q:\n got %q\nwant %q", c.kind, c.given, got, c.want)
		}
	}
}

// Tracks of something else than sound and pictures, such as where the phone was, do not come along.
func TestOtherTracksAreLeftOut(t *testing.T) {
	file := bytes.Clone(fixture(t, "film.mp4"))
	i := bytes.Index(file, []byte("soun"))
	copy(file[i:], "meta")
	_, clean := listen(t, file, Film)
	if n := bytes.Count(clean, []byte("trak")); n != 1 {
		t.Errorf("%d tracks, want the picture alone", n)
	}
	_, both := listen(t, fixture(t, "film.mp4"), Film)
	if len(clean) >= len(both) {
		t.Error("the samples of the other track are still there")
	}
}

// The same bytes told a thousand times would be a small file that becomes a large one.
func TestFilesDoNotGrow(t *testing.T) {
	file := bytes.Clone(fixture(t, "tone.m4a"))
	i := bytes.Index(file, []byte("stsz"))
	binary.BigEndian.PutUint32(file[i+8:], 1<<20)
	if rec, _ := listen(t, file, Voice); rec.Problem != BrokenRecording {
		t.Errorf("problem %q", rec.Problem)
	}
}

// A small file must not ask for much memory, whatever its tables claim.
func TestSmallFilesStaySmall(t *testing.T) {
	tone := fixture(t, "tone.m4a")
	moov := bytes.Index(tone, []byte("moov")) - 4
	body, _ := find(tone[moov:], "moov")
	trak := newBox("trak", first(t, body, "trak"))
	size := bytes.Index(trak, []byte("stsz"))
	binary.BigEndian.PutUint32(trak[size+8:], 1)
	binary.BigEndian.PutUint32(trak[size+12:], mostSamples-1)
	file := join(tone[:moov], newBox("moov", bytes.Repeat(trak, mostTracks)), tone[moov:])
	spent := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if rec, _ := listen(t, file, Voice); rec.Problem != BrokenRecording {
				t.Errorf("problem %q", rec.Problem)
			}
		}
	})
	if most := int64(40 << 20); spent.AllocedBytesPerOp() > most {
		t.Errorf("%d bytes of file take %d MB", len(file), spent.AllocedBytesPerOp()>>20)
	}
}

func first(t *testing.T, b []byte, way ...string) []byte {
	t.Helper()
	body, ok := find(b, way...)
	if !ok {
		t.Fatalf("no %v", way)
	}
	return body
}

func FuzzRecording(f *testing.F) {
	for _, r := range recordings(f) {
		f.Add(r.file, r.use == Film)
	}
	f.Add([]byte("#!AMR-WB\n\x04"), false)
	f.Fuzz(func(t *testing.T, file []byte, film bool) {
		use := Voice
		if film {
			use = Film
		}
		rec, clean := listen(t, file, use)
		if rec.Problem != "" {
			return
		}
		if most := len(file)*3 + 4096; len(clean) > most {
			t.Fatalf("%d bytes became %d", len(file), len(clean))
		}
		again, twice := listen(t, clean, use)
		if again.Problem != "" || !bytes.Equal(clean, twice) {
			t.Fatalf("%s cleaned again: problem %q, %d bytes after %d", rec.Kind, again.Problem, len(twice), len(clean))
		}
		if off := again.Duration - rec.Duration; off > 30*time.Millisecond || off < -30*time.Millisecond {
			t.Fatalf("%s lasted %v and lasts %v", rec.Kind, rec.Duration, again.Duration)
		}
	})
}

func BenchmarkRecording(b *testing.B) {
	for _, r := range recordings(b) {
		b.Run(fmt.Sprintf("%s/%dB", r.name, len(r.file)), func(b *testing.B) {
			for b.Loop() {
				listen(b, r.file, r.use)
			}
		})
	}
}
