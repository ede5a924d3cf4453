package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"qianshao/intake/fault"
)

func TestParseCode(t *testing.T) {
	const good = Code("5724000000000007")
	c := CodeFrom(bytes.Repeat([]byte{7}, 32))
	f := c.Fours()
	full := strings.Map(func(r rune) rune { return r - '0' + '０' }, string(c))
	for _, typed := range []string{string(c), strings.Join(f[:], " "), strings.Join(f[:], "-"), " " + strings.Join(f[:], "　") + "\n", full, "\u200b" + string(c), strings.Join(f[:], "，"),
		strings.Join(f[:], "。"), strings.Join(f[:], "/"), strings.Join(f[:], "："), "【" + string(c) + "】", strings.Join(f[:], "~")} {
		if got, err := ParseCode(typed); err != nil || got != c {
			t.Errorf("%q: %v", typed, err)
		}
	}
	for typed, key := range map[string]string{"": "code.empty", " -。\n": "code.empty", "1": "code.digits", string(c)[:15]: "code.digits", string(c) + "0": "code.digits", strings.Repeat("9", 100_000): "code.digits"} {
		if _, err := ParseCode(typed); !hasKeyOn(err, key, "code") {
			t.Errorf("%q: %v, want %s", typed, err, key)
		}
	}
	for _, typed := range []string{"壹", string(c)[:14] + "l1", string(c)[:15] + "x", "十六个字十六个字十六个字十六个字", string(good)[:3] + "\xff"} {
		if _, err := ParseCode(typed); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%.20q was read as a code", typed)
		}
	}
}

func hasKeyOn(err error, key, field string) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Key == key && f.Field == field
}

// Every slip of one digit and every exchange of two neighbours must be found before a slow derivation is spent on it.
func TestCheckDigit(t *testing.T) {
	for n := range 200 {
		c := CodeFrom(bytes.Repeat([]byte{byte(n), byte(n * 31), 3}, 11))
		for i := range codeDigits {
			for d := byte('0'); d <= '9'; d++ {
				b := []byte(c)
				if b[i] == d {
					continue
				}
				b[i] = d
				if _, err := ParseCode(string(b)); err == nil {
					t.Fatalf("digit %d changed and not found", i)
				}
			}
			if b := []byte(c); i > 0 && b[i] != b[i-1] {
				b[i], b[i-1] = b[i-1], b[i]
				if _, err := ParseCode(string(b)); err == nil {
					t.Fatalf("digits %d and %d exchanged and not found", i-1, i)
				}
			}
		}
	}
}

func TestCodeDoesNotPrint(t *testing.T) {
	c := CodeFrom(bytes.Repeat([]byte{9}, 32))
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "code", c, "receipt", Receipt{Code: c})
	j, err := json.Marshal(Receipt{Code: c})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{log.String(), string(j), fmt.Sprintf("%v %s %q %+v %#v", c, c, c, Receipt{Code: c}, Receipt{Code: c}), fmt.Sprintf("%x", c)} {
		if strings.Contains(s, string(c)) || strings.Contains(s, fmt.Sprintf("%x", string(c))) {
			t.Errorf("printed: %s", s)
		}
	}
}

func TestCodesIn(t *testing.T) {
	c := CodeFrom(bytes.Repeat([]byte{5}, 32))
	f := c.Fours()
	for _, text := range []string{"我的码是" + string(c) + "，谢谢", "码：" + strings.Join(f[:], " "), "1" + string(c) + "2", strings.Join(f[:], "－"), strings.Join(f[:], "/"), strings.Join(f[:], "：")} {
		if found := codesIn(text); !contains(found, c) {
			t.Errorf("not found in %q", text)
		}
	}
	if contains(codesIn(string(c[:8])+"又"+string(c[8:])), c) {
		t.Error("found across a word")
	}
}

func TestCodeSpans(t *testing.T) {
	f := CodeFrom(bytes.Repeat([]byte{5}, 32)).Fours()
	code := strings.Join(f[:], "，")
	for text, want := range map[string]string{
		"码是 " + code + "。":             code,
		"打13812345678，" + code + "，晚上": code,                  // among other digits by its check digit
		"1234/5678／9012。3456":          "1234/5678／9012。3456", // mistyped, and still most of a code
		"13812345678，13987654321":      "",
		"1234 5678 9012 345":           "",
		"1234 5678 又 9012 3456":        "",
		"身份证 142323198001011234":       "",
	} {
		got := ""
		for _, s := range CodeSpans(text) {
			got += text[s.From:s.To]
		}
		if got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

func contains(list []Code, c Code) bool {
	for _, x := range list {
		if x == c {
			return true
		}
	}
	return false
}

func TestCleanWords(t *testing.T) {
	for _, c := range []struct {
		typed, want string
		broken      bool
	}{
		{"  夜里有味\r\n第二行\r第三行\u2028第四行 ", "夜里有味\n第二行\n第三行\n第四行", false},
		{"a\u0301", "á", false},
		{"车\u200b牌\u202e倒\u2066着\ufeff\u00ad", "车牌倒着", false},
		{"a\x00b\x1b[31mc\td", "ab[31mc d", false},
		{"夜\xff\xfe\xfd里", "夜□里", true},
		{"前\xe5\xa4", "前□", true},
		{"\ufffd\ufffd味", "□味", true},
		{"\U000e0041隐\u3164", "隐", false},
		{"\u200b\u200b \n", "", false},
		{"𠮷野家👩‍🌾", "𠮷野家👩🌾", false},
	} {
		got, broken := CleanWords(c.typed)
		if got != c.want || broken != c.broken {
			t.Errorf("%q: %q, %v", c.typed, got, broken)
		}
	}
	if got, _ := CleanLine("一行\n二行"); got != "一行 二行" {
		t.Errorf("line: %q", got)
	}
}

func FuzzCleanWords(f *testing.F) {
	f.Add("夜里\xff\u202e\r\n")
	f.Add("a\u0301\u200b\u0301")
	f.Fuzz(func(t *testing.T, typed string) {
		clean, _ := CleanWords(typed)
		if !utf8.ValidString(clean) || strings.ContainsFunc(clean, func(r rune) bool { return r != '\n' && hidden(r) }) {
			t.Errorf("%q: not clean: %q", typed, clean)
		}
		if again, broken := CleanWords(clean); again != clean || broken {
			t.Errorf("%q: cleaning %q again gives %q", typed, clean, again)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	f.Add("0000 0000 0000 0000")
	f.Add("１２３４-5678")
	f.Fuzz(func(t *testing.T, typed string) {
		c, err := ParseCode(typed)
		var fe *fault.Error
		if err != nil {
			if !errors.As(err, &fe) || !strings.HasPrefix(fe.Key, "code.") {
				t.Errorf("%q: %v", typed, err)
			}
			return
		}
		four := c.Fours()
		if again, err := ParseCode(strings.Join(four[:], " ")); err != nil || again != c {
			t.Errorf("%q: does not come back", typed)
		}
	})
}
