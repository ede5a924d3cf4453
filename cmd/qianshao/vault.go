package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"qianshao/intake"
	"qianshao/intake/vault"
)

type vaultCmd struct {
	Open vaultOpenCmd `cmd:"" help:"Open what was sealed for the reward officers, on their own machine. 在奖励员自己的机器上打开密封的收款人、联系方式。"`
}

type vaultOpenCmd struct {
	File string `arg:"" help:"The sealed file; - reads standard input. 密封文件，- 从标准输入读。"`
	Key  string `required:"" type:"existingfile" help:"File with the officers' private identity (AGE-SECRET-KEY-…). 存私钥的文件。"`
}

// maxSealed is far more than a payee or a contact weighs.
const maxSealed = 1 << 20

func (c vaultOpenCmd) Run(e *env) error {
	identity, err := readIdentity(c.Key)
	if err != nil {
		return err
	}
	sealed, err := readSealed(c.File)
	if err != nil {
		return err
	}
	plain, err := vault.OpenForOfficers(identity, sealed)
	if err != nil {
		return errors.New("打不开：文件坏了，或者不是封给这把钥匙的 (it is broken, or sealed to another key)")
	}
	of, words, err := intake.ReadForOfficers(plain)
	if err != nil {
		return errors.New("打开了，可是里面不是收款人，也不是联系方式 (what is in it is neither a payee nor a contact)")
	}
	of = strings.Replace(of, "award/", "奖 ", 1)
	_, err = fmt.Fprintf(e.stdout, "%s\n%s\n", of, words)
	return err
}

// readIdentity finds the identity in a file of the officers, which has lines of remarks too.
func readIdentity(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("open the key: %w", err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if line := strings.TrimSpace(lines.Text()); strings.HasPrefix(line, "AGE-SECRET-KEY-") {
			return line, nil
		}
	}
	return "", fmt.Errorf("%s 里没有 AGE-SECRET-KEY- 开头的一行 (no private identity in it)", path)
}

// readSealed reads a sealed file: as it was downloaded, or as base64, as a dump of the database prints it.
func readSealed(path string) (sealed vault.Sealed, err error) {
	in := os.Stdin
	if path != "-" {
		if in, err = os.Open(path); err != nil {
			return nil, fmt.Errorf("open the sealed file: %w", err)
		}
		defer in.Close()
	}
	raw, err := io.ReadAll(io.LimitReader(in, maxSealed))
	if err != nil {
		return nil, fmt.Errorf("read the sealed file: %w", err)
	}
	if decoded, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(raw))); err == nil {
		return decoded, nil
	}
	return raw, nil
}
