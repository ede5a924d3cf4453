package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnotherPlatformKeyIsRefused(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	env := []string{"QIANSHAO_DATA=" + data}
	key := filepath.Join(data, "keys", "platform.key")
	if code, out := status(t, env, "staff", "list"); code != 0 {
		t.Fatal(out)
	}
	if code, out := status(t, env, "staff", "list"); code != 0 {
		t.Fatalf("the same key is refused: %s", out)
	}
	if err := os.Rename(key, key+".away"); err != nil {
		t.Fatal(err)
	}
	code, out := status(t, env, "staff", "list")
	if code != 1 || !strings.Contains(out, "总钥匙") {
		t.Fatalf("a lost key: exit status %d: %s", code, out)
	}
	if err := os.Rename(key+".away", key); err != nil {
		t.Fatal(err)
	}
	if code, out := status(t, env, "staff", "list"); code != 0 {
		t.Fatalf("the old key is refused: %s", out)
	}
}
