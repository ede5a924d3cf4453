package match

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/paulmach/orb"
)

// Keyer makes prints.
//
// Why keys: a print must be comparable without the tip's data key, or every comparison would open every tip. In the clear, though, pairs of characters
// give a text away almost word for word, a fingerprint tells whether a certain photo was sent, and a position is a position. So
//
//   - pairs of characters, exact bytes and grid cells pass HMAC-SHA-256, cut to 64 bits: equal stays equal, nothing else stays;
//   - perceptual fingerprints pass a secret permutation of their 64 bits and a secret mask: both leave the number of differing bits as it is, so that
//     near copies stay near, while a fingerprint computed from a guessed photo cannot be looked up.
//
// The mask alone would fall to one known pair of photo and print, permutation and mask together to a few dozen chosen ones: this protects a stolen
// collection, not one to which an attacker can add photos and read it again.
type Keyer struct {
	key         []byte
	place       [64]int // where bit i goes
	mask, mask2 uint64
}

// NewKeyer takes a key of 32 bytes.
func NewKeyer(key []byte) (*Keyer, error) {
	if len(key) != 32 {
		return nil, errors.New("match: the key must have 32 bytes")
	}
	k := &Keyer{key: slices.Clone(key)}
	k.mask, k.mask2 = k.token("mask", "difference"), k.token("mask", "perception")
	type draw struct {
		bit int
		by  uint64
	}
	var order []draw
	for i := range 64 {
		order = append(order, draw{i, k.token("bit", fmt.Sprint(i))})
	}
	slices.SortFunc(order, func(a, b draw) int { return cmp.Or(cmp.Compare(a.by, b.by), a.bit-b.bit) })
	for to, d := range order {
		k.place[d.bit] = to
	}
	return k, nil
}

// token is the keyed 64 bits of a value; what separates values of different kinds.
func (k *Keyer) token(what, value string) uint64 {
	h := hmac.New(sha256.New, k.key)
	h.Write([]byte("qianshao/match/" + what + "\x00" + value)) // never fails, by hash.Hash
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// hide permutes and masks a fingerprint; the distance of two hidden ones is that of the two.
func (k *Keyer) hide(h, mask uint64) uint64 {
	var out uint64
	for ; h != 0; h &= h - 1 {
		out |= 1 << k.place[bits.TrailingZeros64(h)]
	}
	return out ^ mask
}

// Print makes the keyed features of a tip.
func (k *Keyer) Print(t Tip) Print {
	p := Print{
		ID: t.ID, Received: t.Received.UTC().Truncate(time.Millisecond), County: t.County, Town: t.Town, Village: t.Village, Sure: t.Sure, Category: t.Category,
		Signs: sorted(t.Signs), Sites: sorted(t.Sites), Words: k.words(t.Text, t.Names),
	}
	if t.Position != nil {
		p.Cells = k.cells(*t.Position, t.Accuracy)
	}
	for _, pic := range t.Pictures {
		p.Pictures = append(p.Pictures, k.shot(pic))
	}
	p.Terms = p.terms()
	return p
}

func sorted(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

// fillers are character pairs that any tip holds, whatever it is about.
const fillers = "我们 他们 你们 这个 那个 这里 那里 里面 里头 后面 有人 有个 一个 一股 什么 知道 不知 看看 请你 你们 管管 不管 麻烦 来人 反映 来电 电人 举报 希望 要求 请求 部门 有关 白天 晚上 半夜 黑夜 夜里 天天 每天 经常 现在 就是 还是 没有 不是 村民 村里 咱村 我村 家里 院子 味道 刺鼻 领导"

var filler = func() map[string]bool {
	m := map[string]bool{}
	for _, f := range strings.Fields(fillers) {
		m[f] = true
	}
	return m
}()

// words are the keyed pairs of neighbouring characters of a text, without the names of its place and without pairs that say nothing.
func (k *Keyer) words(text string, names []string) []int64 {
	names = slices.Clone(names)
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	for _, n := range names {
		if n != "" {
			text = strings.ReplaceAll(text, n, " ")
		}
	}
	var out []int64
	var last rune
	for _, r := range strings.ToLower(text) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			last = 0
			continue
		}
		if pair := string([]rune{last, r}); last != 0 && !filler[pair] {
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
	Side   int     // metres
	Here   int64   // the square
	Around []int64 // it and its eight neighbours
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
