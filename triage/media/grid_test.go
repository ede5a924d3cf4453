package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// gridHEIC is a picture as an iPhone writes it, of tiles of 512 by 512 pixels, seen turned by a quarter: the tiles of a photo that comes with the decoder, over and over.
func gridHEIC(t testing.TB, w, h int) []byte {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/gen2brain/heic").Output()
	if err != nil {
		t.Fatal(err)
	}
	photo, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "testdata", "test.heic"))
	if err != nil {
		t.Fatal(err)
	}
	meta, _ := find(photo, "meta")
	places, ok := find(meta[4:], "iloc")
	properties, _ := find(meta[4:], "iprp", "ipco")
	settings, _ := find(properties, "hvcC")
	if !ok || len(places) < 8+9*16 {
		t.Fatal("the decoder comes with another photo")
	}
	const side, known = 512, 9
	cols, rows := (w+side-1)/side, (h+side-1)/side
	n := cols * rows
	b16 := func(v int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(v)) }
	be32 := func(v int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(v)) }
	var items, tiles, extents, owns []byte
	for i := range n {
		items = append(items, isoBox("infe", []byte("\x02\x00\x00\x01"), b16(i+1), []byte("\x00\x00hvc1\x00"))...)
		tiles = append(tiles, b16(i+1)...)
		owns = append(owns, slices.Concat(b16(i+1), []byte{2, 0x81, 2})...)
	}
	items = append(items, isoBox("infe", []byte("\x02\x00\x00\x00"), b16(n+1), []byte("\x00\x00grid\x00"))...)
	owns = append(owns, slices.Concat(b16(n+1), []byte{2, 3, 0x84})...)
	for i := range n {
		at := places[8+i%known*16:]
		extents = append(extents, slices.Concat(b16(i+1), []byte{0, 0, 0, 0, 0, 1}, at[8:16])...)
	}
	extents = append(extents, slices.Concat(b16(n+1), []byte{0, 1, 0, 0, 0, 1}, be32(0), be32(8))...)
	head := isoBox("meta", make([]byte, 4),
		isoBox("hdlr", make([]byte, 8), []byte("pict"), make([]byte, 13)), isoBox("pitm", make([]byte, 4), b16(n+1)),
		isoBox("iinf", make([]byte, 4), b16(n+1), items),
		isoBox("iprp", isoBox("ipco", isoBox("hvcC", settings), isoBox("ispe", make([]byte, 4), be32(side), be32(side)),
			isoBox("ispe", make([]byte, 4), be32(w), be32(h)), isoBox("irot", []byte{3})), isoBox("ipma", make([]byte, 4), be32(n+1), owns)),
		isoBox("iref", make([]byte, 4), isoBox("dimg", b16(n+1), b16(n), tiles)),
		isoBox("idat", []byte{0, 0, byte(rows - 1), byte(cols - 1)}, b16(w), b16(h)),
		isoBox("iloc", []byte{1, 0, 0, 0, 0x44, 0}, b16(n+1), extents))
	kind := isoBox("ftyp", []byte("heic\x00\x00\x00\x00mif1miafMiHBheic"))
	data, _ := find(photo, "mdat")
	from := bytes.Index(photo, data)
	shift := len(kind) + len(head) + 8 - from
	i := bytes.Index(head, extents)
	for k := range n {
		at := head[i+k*16+8:]
		binary.BigEndian.PutUint32(at, uint32(int(binary.BigEndian.Uint32(at))+shift))
	}
	return slices.Concat(kind, head, isoBox("mdat", data))
}

// A photo of 48 megapixels, as a phone takes it when asked for the most, is shown; what its child takes is what was expected of it.
func TestLargestPhotoOfAPhone(t *testing.T) {
	const w, h = 8064, 6048
	file := gridHEIC(t, w, h)
	cmd := exec.Command(os.Args[0], HEICCommand)
	cmd.Stdin = bytes.NewReader(file)
	said, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	expected := memory(image.Config{Width: w, Height: h}, file, HEIC)
	if t.Logf("%d MB of %d", used>>20, expected>>20); used > expected+32<<20 || used < expected/2 {
		t.Errorf("it took %d MB, expected were %d", used>>20, expected>>20)
	}
	out := filepath.Join(t.TempDir(), "said")
	if err := os.WriteFile(out, said, 0o600); err != nil {
		t.Fatal(err)
	}
	if pic := readBy(t, file, "/bin/cat", out); pic.Problem != "" || pic.Width != h || pic.Height != w {
		t.Errorf("problem %q, %d by %d", pic.Problem, pic.Width, pic.Height)
	}
}

// Large pictures are decoded one after another, whoever reads them; a small one has room beside one of them.
func TestLargePicturesWaitForEachOther(t *testing.T) {
	file, dir := gridHEIC(t, 8064, 6048), t.TempDir()
	pixel := `printf '` + strings.Repeat(`\0\0\0\1`, 4) + `\310\0\0\377'`
	alone := `mkdir ` + dir + `/busy && while ! test -e ` + dir + `/go; do sleep 0.01; done && rmdir ` + dir + `/busy && ` + pixel
	ends := make(chan Problem)
	start := func() { ends <- readBy(t, file, "/bin/sh", "-c", alone).Problem }
	go start()
	for deadline := time.Now().Add(10 * time.Second); ; <-time.After(time.Millisecond) {
		if _, err := os.Stat(dir + "/busy"); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the first did not begin")
		}
	}
	if pic := read(t, asJPEG(t, scene(640, 480, 9), 80)); pic.Problem != "" {
		t.Errorf("a small one beside them: %q", pic.Problem)
	}
	go start()
	go start()
	if err := os.WriteFile(dir+"/go", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if p := <-ends; p != "" {
			t.Errorf("%q", p)
		}
	}
}
