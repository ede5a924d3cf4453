package gazetteer

import (
	"fmt"
	"github.com/mozillazg/go-pinyin"
	"os"
	"qianshao/config/county"
	"strings"
	"testing"
)

func TestZZ(t *testing.T) {
	p, _ := county.Embedded()
	g, _ := New(p)
	for _, s := range strings.Split(os.Getenv("ZZ"), "|") {
		text := []rune(g.normal(s))
		fmt.Println(s)
		for _, m := range g.find(text, Query{}) {
			fmt.Println("  find", string(text[m.from:m.to]), m.full, m.joined, m.role, m.targets)
		}
		for _, m := range g.hear(text, g.find(text, Query{})) {
			fmt.Println("  hear", string(text[m.from:m.to]), m.cost, m.full, m.joined, m.role, m.targets)
		}
		fmt.Println("  ", g.Locate(Query{Texts: []string{s}}))
	}
	for _, r := range os.Getenv("YY") {
		fmt.Println(string(r), pinyin.PinyinDict[int(r)], read(r))
	}
}
