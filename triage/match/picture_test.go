package match

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// snap is an invented sketch of boxes that follow from shows; copies with other bytes are a little lighter and have some noise.
func snap(shows uint64, original byte) Picture {
	rnd := rand.New(rand.NewPCG(shows, 1))
	sketch := bytes.Repeat([]byte{100}, side*side)
	for range 40 {
		x, y, w, h, g := rnd.IntN(side), rnd.IntN(side), 2+rnd.IntN(side/4), 2+rnd.IntN(side/4), byte(30+rnd.IntN(180))
		for j := y; j < min(side, y+h); j++ {
			for i := x; i < min(side, x+w); i++ {
				sketch[j*side+i] = g
			}
		}
	}
	noise := rand.New(rand.NewPCG(uint64(original), 2))
	for i := range sketch {
		sketch[i] += original%16 + byte(noise.IntN(3))
	}
	return Picture{SHA256: [32]byte{original, original, original, original, original, original, original, original}, Sketch: sketch}
}

// In every position, and whichever comes first, a copy is the same.
func TestCompareKnowsEveryPosition(t *testing.T) {
	a, b := snap(1, 1), snap(1, 2)
	for turn := range 8 {
		p := pyramidOf(b.Sketch)[0].turned(turn)
		c := Picture{SHA256: b.SHA256, Sketch: make([]byte, side*side)}
		for i, v := range p.v {
			c.Sketch[i] = byte(v)
		}
		for _, pair := range [][2]Picture{{a, c}, {c, a}} {
			if is, d := Compare(pair[0], pair[1]); is != Same {
				t.Errorf("turn %d: %s, %d parts differ", turn, is, d)
			}
		}
	}
	if is, _ := Compare(a, snap(2, 2)); is != Other {
		t.Errorf("another picture is %s", is)
	}
}

// Prints that were stored before there were sketches held hidden hashes; they still match by the bytes of the original, and by nothing else.
func TestPrintsWithoutSketchesAreRead(t *testing.T) {
	ctx, s := context.Background(), open(t)
	tip := Tip{ID: "old", Received: day0, Town: "1", Pictures: []Picture{{SHA256: snap(1, 1).SHA256}}}
	type shot struct {
		Original int64
		Views    []struct {
			Difference int64 `bson:"d"`
			Perception int64 `bson:"p"`
		}
	}
	raw, err := bson.Marshal(struct {
		Pictures []shot
		Terms    []string
	}{[]shot{{Original: s.shot(tip.Pictures[0]).Original, Views: make([]struct {
		Difference int64 `bson:"d"`
		Perception int64 `bson:"p"`
	}, 2)}}, s.Print(tip).Terms})
	if err != nil {
		t.Fatal(err)
	}
	old := s.Print(tip)
	old.Pictures = nil
	if err := bson.Unmarshal(raw, &old); err != nil {
		t.Fatal(err)
	}
	if err := s.Add(ctx, old); err != nil {
		t.Fatal(err)
	}
	for original, want := range map[byte]int{1: 1, 2: 0} {
		p := s.Print(Tip{ID: "new", Received: day0.Add(time.Hour), Town: "2", Pictures: []Picture{snap(1, original)}})
		found, err := s.Candidates(ctx, p, th)
		if err != nil || len(found) != want {
			t.Fatalf("original %d: %d candidates, %v", original, len(found), err)
		}
		if want == 1 && copied(found[0].Pictures, p.Pictures) != 1 {
			t.Error("the same bytes are not the same")
		}
	}
}

// A stored sketch is opened only beside a picture that has a band in common, and only under its key and its picture.
func TestSketchesAreSealed(t *testing.T) {
	ctx, s := context.Background(), open(t)
	tip := func(id, town string, pics ...Picture) Print {
		return s.Print(Tip{ID: id, Received: day0, Town: town, Village: "11", Pictures: pics})
	}
	if err := s.Add(ctx, tip("a", "1", snap(1, 1), snap(5, 5))); err != nil {
		t.Fatal(err)
	}
	p := tip("b", "1", snap(1, 2))
	found, err := s.Candidates(ctx, p, th)
	if err != nil || len(found) != 1 {
		t.Fatalf("%d candidates, %v", len(found), err)
	}
	if copied(found[0].Pictures, p.Pictures) != 1 {
		t.Error("the copy is not found")
	}
	if found[0].Pictures[0].sketch == nil || found[0].Pictures[1].sketch != nil {
		t.Error("not just the sketch that is needed was opened")
	}
	moved := Shot{Original: 1, Bands: found[0].Pictures[1].Bands, Sealed: found[0].Pictures[1].Sealed}
	if s.open(&moved); moved.sketch != nil {
		t.Error("a sketch opened beside another picture")
	}
	stranger := found[0].Pictures[1]
	if keyer(t, 9).open(&stranger); stranger.sketch != nil {
		t.Error("a sketch opened under another key")
	}
}

// A photo that was sent around hides no copy of another one: those who hold the same bytes need no look, and each photo has looks of its own.
func TestAPhotoThatWentAroundHidesNoOther(t *testing.T) {
	for name, around := range map[string]func(i int) Picture{
		"as it was":    func(int) Picture { return snap(1, 1) },
		"recompressed": func(i int) Picture { return snap(1, byte(10+i)) },
	} {
		s := open(t)
		tell := func(id string, after time.Duration, pics ...Picture) Print {
			return s.Print(Tip{ID: id, Received: day0.Add(after), Town: "1", Village: "11", Pictures: pics})
		}
		old := []Print{tell("other", 0, snap(5, 5))}
		for i := range mostOpened + 2 {
			old = append(old, tell(string(rune('a'+i)), time.Duration(i+1)*time.Hour, around(i)))
		}
		for _, o := range old {
			if err := s.Add(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
		p := tell("z", day, snap(1, 1), snap(5, 6))
		found, err := s.Candidates(t.Context(), p, th)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, c := range found {
			n += copied(c.Pictures, p.Pictures)
			if c.ID == "other" && copied(c.Pictures, p.Pictures) != 1 {
				t.Errorf("%s: the copy of the other photo is not seen", name)
			}
		}
		if n <= mostOpened {
			t.Errorf("%s: %d copies are seen", name, n)
		}
	}
}
