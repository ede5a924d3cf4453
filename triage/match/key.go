package match

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
	"unicode"

	"github.com/paulmach/orb"

	"qianshao/config/county"
)

// Keyer makes prints.
//
// Why keys: a print must be comparable without the tip's data key, or every comparison would open every tip. In the clear, though, pairs of characters
// give a text away almost word for word, a fingerprint tells whether a certain photo was sent, and a position is a position. So
//
//   - pairs of characters, exact bytes and grid cells pass HMAC-SHA-256, cut to 64 bits: equal stays equal, nothing else stays;
//   - what a picture looks like is sealed. It is found by short pieces of its perceptual hashes, each passed through HMAC, and opened only to be compared
//     with one that has such a piece in common.
//
// Who can add photos and read the collection again learns which of the stored ones share a piece with the own, hence are perhaps alike; nothing more.
type Keyer struct {
	*Reader
	key      []byte
	sketches cipher.AEAD // AES-256-GCM with a nonce of its own for each
}

// NewKeyer takes a key of 32 bytes and the words of a profile.
func NewKeyer(key []byte, m county.Match) (*Keyer, error) {
	if len(key) != 32 {
		return nil, errors.New("match: the key must have 32 bytes")
	}
	r, err := NewReader(m)
	if err != nil {
		return nil, err
	}
	k := &Keyer{Reader: r, key: slices.Clone(key)}
	block, err := aes.NewCipher(k.derive("sketch", "key"))
	if err != nil {
		return nil, fmt.Errorf("match: cipher of sketches: %w", err)
	}
	if k.sketches, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return nil, fmt.Errorf("match: cipher of sketches: %w", err)
	}
	return k, nil
}

// token is the keyed 64 bits of a value; what separates values of different kinds.
func (k *Keyer) token(what, value string) uint64 {
	return binary.BigEndian.Uint64(k.derive(what, value))
}

func (k *Keyer) derive(what, value string) []byte {
	h := hmac.New(sha256.New, k.key)
	h.Write([]byte("qianshao/match/" + what + "\x00" + value)) // never fails, by hash.Hash
	return h.Sum(nil)
}

// Print makes the keyed features of a tip.
func (k *Keyer) Print(t Tip) Print {
	p := Print{
		ID: t.ID, Received: t.Received.UTC().Truncate(time.Millisecond), County: t.County, Town: t.Town, Village: t.Village, Sure: t.Sure, Category: t.Category, Perhaps: k.perhaps(t.Village, t.Perhaps),
		Alone: t.Alone, Signs: sorted(t.Signs), Sites: sorted(t.Sites), Words: k.words(t.Text, t.Names),
	}
	k.say(&p, k.Read(t.Text, t.Names))
	if t.Position != nil {
		p.Cells = k.cells(*t.Position, t.Accuracy)
	}
	for _, pic := range t.Pictures {
		p.Pictures = append(p.Pictures, k.shot(pic))
	}
	p.Terms = p.terms()
	return p
}

// mostPerhaps bounds the villages that may be meant besides the one that was concluded.
const mostPerhaps = 4

// perhaps keys the villages that may be meant: some are known only by the word for them.
func (k *Keyer) perhaps(village string, others []string) Keys {
	all := sorted(slices.DeleteFunc(slices.Clone(others), func(v string) bool { return v == village }))
	all = all[:min(len(all), mostPerhaps)]
	if village != "" {
		all = append(all, village)
	}
	return k.tokens("village", all)
}

// say keys what the text speaks of.
func (k *Keyer) say(p *Print, s Said) {
	p.Homes, p.Teams, p.Sides = k.tokens("home", s.Homes), k.tokens("team", s.Teams), k.tokens("side", s.Sides)
	var across []string
	for _, side := range s.Sides {
		across = append(across, opposite[side])
	}
	p.Across = k.tokens("side", across)
	p.Kinds, p.Families, p.Beside = k.tokens("site", s.Sites), k.tokens("family", s.Families), k.tokens("site", s.Beside)
	p.Spots, p.Works, p.Looks, p.Marks = k.tokens("spot", s.Spots), k.tokens("work", s.Works), k.tokens("look", s.Looks), k.tokens("mark", s.Marks)
	p.Apart, p.Careful = s.Apart, s.Careful
	p.Told = s.Again || share(p.Signs, k.m.AgainSigns) > 0
	p.Again = p.Told || slices.Contains(k.m.AgainCategories, p.Category)
	p.Alone = p.Alone || slices.Contains(k.m.Alone, p.Category)
}

func (k *Keyer) tokens(what string, list []string) Keys {
	var out Keys
	for _, v := range list {
		out = append(out, int64(k.token(what, v)))
	}
	slices.Sort(out)
	return out
}

func sorted(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

// words are the keyed pairs of neighbouring characters of a text, without the names of its place and without pairs that say nothing.
func (k *Keyer) words(text string, names []string) Keys {
	var out Keys
	var last rune
	for _, r := range k.plain(text, names) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			last = 0
			continue
		}
		if pair := string([]rune{last, r}); last != 0 && !k.filler[pair] {
			out = append(out, int64(k.token("pair", pair)))
		}
		last = r
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Cell is the square of a grid in which a position lies, keyed, and those around it. Two positions are near each other when one's square is among the
// other's; the position itself is not kept.
type Cell struct {
	Side   int   // metres
	Here   int64 // the square
	Around Keys  // it and its eight neighbours
}

// sides are those of the grids, in metres.
var sides = []int{200, 1000}

func (k *Keyer) cells(p orb.Point, accuracy float64) []Cell {
	const degree = math.Pi / 180 * orb.EarthRadius
	var out []Cell
	for _, side := range sides {
		if accuracy > float64(side) {
			continue
		}
		// One width for all columns: a county is small, and a square may be a little oblong.
		y := math.Floor(p[1] * degree / float64(side))
		narrow := math.Cos(math.Round(p[1]) * math.Pi / 180)
		x := math.Floor(p[0] * degree * narrow / float64(side))
		c := Cell{Side: side}
		for dy := -1.0; dy <= 1; dy++ {
			for dx := -1.0; dx <= 1; dx++ {
				t := int64(k.token("cell", fmt.Sprintf("%d/%.0f/%.0f", side, x+dx, y+dy)))
				c.Around = append(c.Around, t)
				if dx == 0 && dy == 0 {
					c.Here = t
				}
			}
		}
		out = append(out, c)
	}
	return out
}
