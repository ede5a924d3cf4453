package match

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"

	"qianshao/config/county"
)

// Said is what a text speaks of, in the ids of the profile's concepts.
type Said struct {
	Sites    []string // kinds of place: pig
	Families []string // their families: farm
	Beside   []string // kinds of place that only show the way
	Spots    []string // what the place looks like
	Works    []string // what is made or done
	Looks    []string // what is seen and smelt
	Marks    []string // what hardly two places share: number plates, telephone numbers, kilometres of a road
	Homes    []string // whose house or yard it is: 王二家
	Teams    []string // which team, group, yard or block of a village: 三队
	Sides    []string // on which side, such as 东
	Apart    bool     // another place is meant than the one that was told of
	Again    bool     // a closed place works again, as the words have it
	Careful  bool     // officials, threats or the dead are told of
}

// Reader finds concepts in texts. It is safe for concurrent use.
type Reader struct {
	m        county.Match
	simplify *opencc.OpenCC
	filler   map[string]bool
	signs    *strings.Replacer
	unlisted *regexp.Regexp // a kind of place that the profile has no word for is known by its last characters: 旧伞厂 is 伞厂
}

// NewReader reads the words of a profile.
func NewReader(m county.Match) (*Reader, error) {
	cc, err := opencc.New("t2s")
	if err != nil {
		return nil, fmt.Errorf("match: load traditional characters: %w", err)
	}
	r := &Reader{m: m, simplify: cc, filler: map[string]bool{}, signs: signed(m), unlisted: regexp.MustCompile(`\p{Han}{1,2}[` + regexp.QuoteMeta(cmp.Or(m.SiteEnds, "厂")) + `]`)}
	for _, f := range m.Fillers {
		r.filler[f] = true
	}
	return r, nil
}

// plain gives a text in simplified characters and small letters, without the given names.
func (r *Reader) plain(text string, names []string) string {
	if s, err := r.simplify.Convert(text); err == nil {
		text = s
	}
	names = slices.Clone(names)
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	for _, n := range names {
		if n != "" {
			text = strings.ReplaceAll(text, n, " ")
		}
	}
	return strings.ToLower(text)
}

// A sentence is what stands between full stops or in brackets: a place that somebody sets apart is named in the same one.
var sentence = regexp.MustCompile(`[。！？!?；;（）()\n\r]+`)

var (
	plates = regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][ ·.\-]?[a-z0-9]{4,6}`)
	phones = regexp.MustCompile(`1[3-9][0-9]{9}`)
	roads  = regexp.MustCompile(`(?:[gs]?[0-9]{2,3}|国道|省道|高速)[^0-9，。]{0,4}k?([0-9]{2,4})(?:公里|千米|\+)`)
)

// What tells two neighbours apart. A name that goes on after 家 is that of a village: 高家庄.
var (
	homes = regexp.MustCompile(`([赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹苏潘葛范彭鲁韦马苗方任袁柳史唐薛雷贺汤罗毕郝安常乐于傅齐康武贾郭刘闫阎梁宋杜高崔樊胡霍田董白冀穆温侯段乔党景牛尚成车申][\p{Han}]?)家([^\p{Han}]|$|[^庄塔沟焉烟坡山湾坪会岭河峪圪梁墕垣村])`)
	teams = regexp.MustCompile(`([一二三四五六七八九十0-9]{1,3})(?:队|组|小队|生产队|号院|号楼|单元)`)
	where = regexp.MustCompile(`([东西南北])(?:头|边|面|侧|岸)|河([东西南北])|往([东西南北])走?[0-9一二两三四五六七八九十百几半]+(?:里|公里|米)`)
)

var opposite = map[string]string{"东": "西", "西": "东", "南": "北", "北": "南"}

// whose reads them.
func (s *Said) whose(text string) {
	for _, m := range homes.FindAllStringSubmatch(text, -1) {
		s.Homes = append(s.Homes, m[1])
	}
	for _, m := range teams.FindAllStringSubmatch(text, -1) {
		s.Teams = append(s.Teams, m[1])
	}
	for _, m := range where.FindAllStringSubmatch(text, -1) {
		s.Sides = append(s.Sides, m[1]+m[2]+m[3])
	}
}

// Read finds what the text speaks of.
func (r *Reader) Read(text string, names []string) Said {
	var s Said
	text = r.plain(text, names)
	s.Careful = containsAny(text, r.m.Careful)
	s.whose(text)
	for _, pattern := range []*regexp.Regexp{plates, phones, roads} {
		for _, m := range pattern.FindAllString(text, -1) {
			s.Marks = append(s.Marks, strings.Map(noSpace, m))
		}
	}
	contrasted := r.contrasted(text)
	s.Apart = len(contrasted) > 0
	for _, part := range sentence.Split(text, -1) {
		s.Again = s.Again || r.resumes(part)
		if r.setsApart(part) {
			s.Apart = true
			continue
		}
		for _, c := range contrasted {
			part = strings.ReplaceAll(part, c, " ")
		}
		r.read(&s, part)
	}
	s.Beside = slices.DeleteFunc(s.Beside, func(id string) bool { return slices.Contains(s.Sites, id) })
	for _, list := range []*[]string{&s.Sites, &s.Families, &s.Beside, &s.Spots, &s.Works, &s.Looks, &s.Marks, &s.Homes, &s.Teams, &s.Sides} {
		*list = sorted(*list)
	}
	return s
}

func noSpace(c rune) rune {
	if strings.ContainsRune(" ·.-", c) {
		return -1
	}
	return c
}

// read finds the concepts of one sentence.
func (r *Reader) read(s *Said, part string) {
	for _, at := range r.unlisted.FindAllStringIndex(part, -1) {
		name := strings.TrimLeft(part[at[0]:at[1]], r.m.NotInNames)
		switch {
		case utf8.RuneCountInString(name) < 2 || r.listed(name) || strings.ContainsAny(name, r.m.NotInNames):
		case r.beside(part[at[1]:]) || r.compared(part[:at[1]-len(name)]):
			s.Beside = append(s.Beside, name)
		default:
			s.Sites = append(s.Sites, name)
		}
	}
	for _, c := range r.m.Concepts {
		for _, w := range c.Words {
			i := strings.Index(part, w)
			if i < 0 {
				continue
			}
			if c.Class == "site" && strings.HasPrefix(part[i+len(w):], "不"+w) { // 冷库不冷库的我不懂
				s.Apart = true
				continue
			}
			if c.Class == "site" && r.compared(part[:i]) {
				s.Beside = append(s.Beside, c.ID)
				continue // another word of it may stand elsewhere in the sentence
			}
			if c.Class == "site" && r.beside(part[i+len(w):]) {
				s.Beside = append(s.Beside, c.ID)
				continue
			}
			s.add(c)
			break
		}
	}
}

// listed says whether a concept knows the site.
func (r *Reader) listed(name string) bool {
	return slices.ContainsFunc(r.m.Concepts, func(c county.Concept) bool { return c.Class == "site" && containsAny(name, c.Words) })
}

func (s *Said) add(c county.Concept) {
	switch c.Class {
	case "site":
		s.Families = append(s.Families, c.Family)
		if !c.General {
			s.Sites = append(s.Sites, c.ID)
		}
	case "spot":
		s.Spots = append(s.Spots, c.ID)
	case "work":
		s.Works = append(s.Works, c.ID)
	case "look":
		s.Looks = append(s.Looks, c.ID)
	}
}

// Reach of a word over the ones around it, in characters.
const (
	besideReach   = 6
	apartReach    = 8
	againReach    = 16
	comparedReach = 4
)

// beside says whether what follows a site makes it a landmark: 砖厂对面, 收费站旧房子往南. A comma ends it.
func (r *Reader) beside(rest string) bool {
	rest, _, _ = strings.Cut(head(rest, besideReach), "，")
	return containsAny(rest, r.m.Beside)
}

// compared says whether what stands before a site makes it another place: 和鸡场不是一伙, 离罐头厂一里地. A comma ends it.
func (r *Reader) compared(before string) bool {
	if n := utf8.RuneCountInString(before); n > comparedReach {
		before = before[len(head(before, n-comparedReach)):]
	}
	return containsAny(before[strings.LastIndex(before, "，")+1:], r.m.Than)
}

// head is the first n characters.
func head(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// setsApart says whether a sentence is about a place that is not meant.
func (r *Reader) setsApart(part string) bool {
	return slices.ContainsFunc(r.m.Apart, func(w string) bool {
		first, second, two := strings.Cut(w, "…")
		before, rest, found := strings.Cut(part, first)
		if !found || !two {
			return found && !r.inside(before)
		}
		between, _, found := strings.Cut(head(rest, apartReach), second)
		return found && (r.speaks(between) || r.speaks(head(rest[len(between)+len(second):], apartReach)))
	})
}

// inside says whether what stands before 另一家 makes it a crew within the same place: 合作社里头还住着另外一家.
func (r *Reader) inside(before string) bool {
	if n := utf8.RuneCountInString(before); n > apartReach {
		before = before[len(head(before, n-apartReach)):]
	}
	return containsAny(before, r.m.Inside)
}

// resumes says whether a sentence tells that a closed place works again: 叫乡上撵走才二十几天，又回来了.
func (r *Reader) resumes(part string) bool {
	then := func(first, second string) bool {
		_, rest, found := strings.Cut(part, first)
		return found && strings.Contains(head(rest, againReach), second)
	}
	for _, w := range r.m.Again {
		if first, second, two := strings.Cut(w, "…"); two && then(first, second) || !two && strings.Contains(part, w) {
			return true
		}
	}
	return slices.ContainsFunc(r.m.Closed, func(c string) bool {
		return slices.ContainsFunc(r.m.Resumed, func(w string) bool { return then(c, w) })
	})
}

// speaks says whether any site, work or look of a place is named.
func (r *Reader) speaks(part string) bool {
	return slices.ContainsFunc(r.m.Concepts, func(c county.Concept) bool {
		return c.Class != "look" && containsAny(part, c.Words)
	})
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}
