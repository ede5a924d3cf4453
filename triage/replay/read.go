package replay

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"qianshao/config/county"
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
	Gold     *Gold     `json:"-"` // the right answer; only scoring reads it

	line int // of the input, from 1
}

// Position is a point of a phone. Datum is "wgs84", "gcj02" or "bd09", or another name that datum.Named knows. Of a tip that was read none is missing.
type Position struct {
	Lon      *float64 `json:"lon"`
	Lat      *float64 `json:"lat"`
	Datum    string   `json:"crs"`
	Accuracy float64  `json:"accuracy_m"`
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

// longestLine bounds one tip; the text of a form has at most a few thousand characters.
const longestLine = 1 << 20

// longestText bounds what one tip tells, in characters: more than twice what the form takes.
const longestText = 5000

// BadLine is a line in which something is wrong: its number, from 1, and in Chinese what it is and how to mend it.
type BadLine struct {
	Line int
	Why  string
}

// String is the line in one sentence.
func (b BadLine) String() string { return fmt.Sprintf("第 %d 行：%s。", b.Line, b.Why) }

// Read reads tips, one JSON object a line, and puts them into the order of their arrival; with their right answers where they are to be scored. Empty lines are
// skipped; a bad one spoils no other. The error is the reader's, never about what the lines hold.
func Read(in io.Reader, scored bool) (tips []Tip, bad []BadLine, err error) {
	lines := bufio.NewReader(in)
	seen := map[string]int{}
	for n := 1; err == nil; n++ {
		var line []byte
		var long bool
		if line, long, err = next(lines); err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, fmt.Errorf("replay: read tips: %w", err)
		}
		line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff")))
		if len(line) == 0 && !long {
			continue
		}
		var t Tip
		why := fmt.Sprintf("这一行太长，超过 %d MB，一行只写一条线索", longestLine>>20)
		if !long {
			t, why = read(line, scored)
		}
		if first, twice := seen[t.ID]; twice && why == "" {
			why = fmt.Sprintf("id 和第 %d 行的一样，改掉一个", first)
		}
		if why != "" {
			bad = append(bad, BadLine{n, why})
			continue
		}
		seen[t.ID], t.line = n, n
		tips = append(tips, t)
	}
	slices.SortStableFunc(tips, func(a, b Tip) int { return a.Received.Compare(b.Received) })
	return tips, bad, nil
}

// next reads a line, and over one that is too long.
func next(in *bufio.Reader) (line []byte, long bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(line)+len(part) > longestLine; long {
			line = nil
		} else {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, long, err
		}
	}
}

// read reads the tip of a line, or says why there is none.
func read(line []byte, scored bool) (t Tip, why string) {
	if !utf8.Valid(line) {
		return t, "里面的字认不出来，把文件存成 UTF-8 再来"
	}
	err := json.Unmarshal(line, &t)
	if scored && err == nil {
		answer := struct {
			Gold **Gold `json:"gold"`
		}{&t.Gold}
		err = json.Unmarshal(line, &answer)
	}
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return t, t.problem()
	case errors.As(err, &syntax):
		return t, "不是一个完整的 JSON 对象，看看引号、逗号和括号，一条线索写成一行"
	case errors.As(err, &wrong) && wrong.Field == "":
		return t, "不是 JSON 对象，一行要写成 {\"id\":…} 这样"
	case errors.As(err, &wrong):
		return t, "“" + wrong.Field + "”的值不对，要写成" + shape(wrong.Type.Kind())
	}
	return t, wrongTime // only a time reads itself
}

// shape is what a value must look like.
func shape(k reflect.Kind) string {
	switch k {
	case reflect.Float64:
		return "数字，不加引号"
	case reflect.Bool:
		return " true 或者 false，不加引号"
	case reflect.Slice:
		return "方括号列表，像 [\"…\",\"…\"]"
	case reflect.Struct:
		return "花括号对象，像 {\"…\":…}"
	}
	return "文字，加引号"
}

const wrongTime = "received_at 没有写或者不对，写成 2026-03-02T06:41:12+08:00 这样"

func (t *Tip) problem() string {
	switch {
	case t.ID == "":
		return "没有 id，每条线索写一个不重样的"
	case t.Received.IsZero():
		return wrongTime
	case utf8.RuneCountInString(t.Text) > longestText:
		return fmt.Sprintf("text 有 %d 个字，太长了，最多 %d 个字", utf8.RuneCountInString(t.Text), longestText)
	case t.Position != nil:
		return t.Position.problem()
	}
	return ""
}

func (p *Position) problem() string {
	switch {
	case p.Lon == nil || p.Lat == nil:
		return "position 里缺 lon（经度）或 lat（纬度），两个都补上；没有位置就把 position 写成 null"
	case math.Abs(*p.Lon) > 180 || math.Abs(*p.Lat) > 90:
		return "position 的 lon（经度）或 lat（纬度）不是度数，看看是不是写反了"
	case p.Datum == "":
		return "position 里没有写 crs，补上 wgs84、gcj02 或 bd09"
	case datum.Named(p.Datum) == datum.Unnamed:
		return "position 的 crs“" + p.Datum + "”不认识，改成 wgs84、gcj02 或 bd09"
	}
	return ""
}

// Unknown are the lines whose tips name something that the profile does not have: they are answered as if it were not written. A line of a tip that was not read
// is not among them.
func (r *Replay) Unknown(tips []Tip) (lines []BadLine) {
	for _, t := range tips {
		var what []string
		add := func(field, code string, known bool) {
			if code != "" && !known {
				what = append(what, field+"“"+brief(code)+"”")
			}
		}
		_, town := r.profile.Town(t.Town)
		add("town_hint", t.Town, town)
		_, village := r.profile.Village(t.Village)
		add("village_hint", t.Village, village)
		add("site_type", t.Site, slices.ContainsFunc(r.profile.SiteTypes, func(c county.Choice) bool { return c.ID == t.Site }))
		for _, s := range t.Signs {
			_, sign := r.profile.Sign(s)
			add("signs", s, sign)
		}
		if len(what) > 0 {
			lines = append(lines, BadLine{t.line, "本县的资料里没有 " + strings.Join(what, "、") + "，当作没写，照样算了"})
		}
	}
	slices.SortFunc(lines, func(a, b BadLine) int { return a.Line - b.Line })
	return lines
}

// brief is as much of a code as a line shows; what is longer than any code is cut.
func brief(code string) string {
	r := []rune(code)
	return string(r[:min(len(r), 20)])
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
		at := datum.Named(p.Datum).ToWGS84(orb.Point{*p.Lon, *p.Lat})
		r.Position = &intake.Position{Lon: at[0], Lat: at[1], Accuracy: p.Accuracy}
	}
	return judge.Tip{ID: t.ID, Received: t.Received, Report: r}
}
