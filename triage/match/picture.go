package match

import (
	"fmt"
	"slices"
)

// Picture is what is compared of a picture.
type Picture struct {
	SHA256 [32]byte // of the original bytes
	Sketch []byte   // media.Picture.Sketch; empty when it is not known: then only the same bytes are the same
}

// Shot is what is stored of a picture.
type Shot struct {
	Original int64  // keyed SHA-256
	Bands    Keys   `bson:",omitempty"` // keyed, ascending: what it is found by
	Sealed   []byte `bson:",omitempty"` // the sketch

	sketch []byte // opened by reveal
}

// shot keys and seals a picture.
func (k *Keyer) shot(p Picture) Shot {
	s := Shot{Original: int64(k.token("bytes", string(p.SHA256[:]))), sketch: p.Sketch}
	for c := range slices.Chunk(p.Sketch, side*side) {
		for _, b := range bands(c) {
			s.Bands = append(s.Bands, int64(k.token("band", fmt.Sprint(b))))
		}
	}
	if len(s.Bands) == 0 { // shows nothing
		return s
	}
	slices.Sort(s.Bands)
	s.Bands = slices.Compact(s.Bands)
	s.Sealed = k.sketches.Seal(nil, nil, p.Sketch, s.owner()) //nolint:gosec // G407: this cipher makes a random nonce itself and takes none
	return s
}

// owner keeps a sealed sketch from being put beside another picture.
func (s Shot) owner() []byte { return fmt.Appendf(nil, "%016x", uint64(s.Original)) }

// near reports whether two pictures may be alike: only then their sketches are opened and compared.
func (s Shot) near(o Shot) bool {
	return s.Original == o.Original || common(s.Bands, o.Bands)*ofPicture >= enough
}

// reveal opens the sketches of those pictures of two prints that may be alike and have other bytes. One that does not open, because it was sealed under another
// key, is left out like that of a print from before there were sketches. Opened counts for each picture of the first print in how many others it was looked for:
// mostOpened is enough.
func (k *Keyer) reveal(a, b Print, opened []int) {
	for i := range a.Pictures {
		if opened[i] == mostOpened {
			continue
		}
		looked := 0
		for j := range b.Pictures {
			if s, o := &a.Pictures[i], &b.Pictures[j]; s.Original != o.Original && s.near(*o) {
				k.open(s)
				k.open(o)
				looked = 1
			}
		}
		opened[i] += looked
	}
}

func (k *Keyer) open(s *Shot) {
	if s.sketch != nil || len(s.Sealed) == 0 {
		return
	}
	if sketch, err := k.sketches.Open(nil, nil, s.Sealed, s.owner()); err == nil {
		s.sketch = sketch
	}
}

// copied counts the pictures of the one tip that the other has too, as far as reveal has opened them; each is counted once.
func copied(a, b []Shot) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	used, n := make([]bool, len(b)), 0
	for _, s := range a {
		for i, o := range b {
			if !used[i] && s.copies(o) {
				used[i] = true
				n++
				break
			}
		}
	}
	return n
}

func (s Shot) copies(o Shot) bool {
	if s.Original == o.Original {
		return true
	}
	if !s.near(o) {
		return false
	}
	is, _ := compared(s.sketch, o.sketch)
	return is == Same
}
