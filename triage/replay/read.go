package replay

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"qianshao/intake"
	"qianshao/triage/datum"
	"qianshao/triage/judge"
)

// Tip is one line of the input. What it does not know is null or left out; fields that are not named here are ignored.
type Tip struct {
	ID       string    `json:"id"`
	Received time.Time `json:"received_at"` // RFC 3339
	Channel  string    `json:"channel"`
	Text     string    `json:"text"`
	Town     string    `json:"town_hint"`    // code picked in the list
	Village  string    `json:"village_hint"` // code picked in the list
	Site     string    `json:"site_type"`
	Signs    []string  `json:"signs"`
	Ongoing  bool      `json:"ongoing"`
	Position *Position `json:"position"`
	Gold     *Gold     `json:"gold"` // the right answer; only scoring reads it
}

// Position is a point of a phone. Datum is "wgs84", "gcj02" or "bd09".
type Position struct {
	Lon      float64 `json:"lon"`
	Lat      float64 `json:"lat"`
	Datum    string  `json:"crs"`
	Accuracy float64 `json:"accuracy_m"`
}

// Gold is what a careful reader concludes from the tip, and which matter it is really about.
type Gold struct {
	Matter      string   `json:"matter"`
	County      string   `json:"county"`
	Town        string   `json:"town"`
	Village     string   `json:"village"`
	Primary     string   `json:"primary_category"`
	Categories  []string `json:"categories"`
	Lead        string   `json:"lead"`
	Emergency   bool     `json:"emergency"`
	Priority    string   `json:"priority"`
	DuplicateOf string   `json:"duplicate_of"`
	InScope     bool     `json:"in_scope"`
}

// longestLine bounds one tip, in bytes, and longestText its text, in characters; the form takes intake.MaxWords, and old records may be longer.
const (
	longestLine = 1 << 20
	longestText = 5000
)

// Read reads tips, one JSON object a line, and puts them into the order of their arrival. Empty lines are skipped. An error names the line.
func Read(in io.Reader) ([]Tip, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	var tips []Tip
	seen := map[string]int{}
	n := 1 // the line that is read
	for ; lines.Scan(); n++ {
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\ufeff")))
		if len(line) == 0 {
			continue
		}
		var t Tip
		if err := json.Unmarshal(line, &t); err != nil {
			return nil, fmt.Errorf("第 %d 行读不懂，要一行一个 JSON 对象 (line %d): %w", n, n, err)
		}
		if problem := t.problem(); problem != "" {
			return nil, fmt.Errorf("第 %d 行：%s (line %d)", n, problem, n)
		}
		if first, ok := seen[t.ID]; ok {
			return nil, fmt.Errorf("第 %d 行和第 %d 行的 id 一样，改掉一个 (the id of line %d stands in line %d already)", n, first, n, first)
		}
		seen[t.ID] = n
		tips = append(tips, t)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("第 %d 行太长，一行最多 %d 字节，请把 text 删短 (line %d)", n, longestLine, n)
	} else if err != nil {
		return nil, fmt.Errorf("read tips: %w", err)
	}
	slices.SortStableFunc(tips, func(a, b Tip) int { return a.Received.Compare(b.Received) })
	return tips, nil
}

var datums = []string{"wgs84", "gcj02"}

func wgs84(p Position) orb.Point {
	at := orb.Point{p.Lon, p.Lat}
	if p.Datum == "gcj02" {
		return datum.FromGCJ02(at)
	}
	return at
}

func (t *Tip) problem() string {
	switch {
	case t.ID == "":
		return "没有 id"
	case t.Received.IsZero():
		return "没有 received_at，写成 2026-03-02T06:41:12+08:00 这样"
	case utf8.RuneCountInString(t.Text) > longestText:
		return fmt.Sprintf("text 有 %d 个字，最多 %d 个字，请删短", utf8.RuneCountInString(t.Text), longestText)
	case t.Position != nil && !slices.Contains(datums, t.Position.Datum):
		return "position 的 crs 要写 wgs84、gcj02 或 bd09"
	}
	return ""
}

// known is the tip as the form would have handed it in.
func (t *Tip) known() judge.Tip {
	r := intake.Report{Signs: t.Signs, Town: t.Town, Village: t.Village, Words: t.Text, Channel: t.Channel}
	if t.Site != "" {
		r.Sites = []string{t.Site}
	}
	if t.Ongoing {
		r.Now = "ongoing"
	}
	if p := t.Position; p != nil {
		at := wgs84(*p)
		r.Position = &intake.Position{Lon: at[0], Lat: at[1], Accuracy: p.Accuracy}
	}
	return judge.Tip{ID: t.ID, Received: t.Received, Report: r}
}
