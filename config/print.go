package config

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Print writes the effective settings and where each came from, secrets redacted, and which engine stands behind each port.
func (c *Config) Print(w io.Writer) error {
	docs, blobs, queue := c.Engines()
	if _, err := fmt.Fprintf(w, "文档 documents: %s\n证据 evidence: %s\n队列 queue: %s\n", docs, blobs, queue); err != nil {
		return err
	}
	sources := map[string]string{"default": "默认 default", "environment": "环境变量 environment", "file": "文件 file"}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	group := ""
	for _, o := range Options() {
		if o.Group != group {
			group = o.Group
			if _, err := fmt.Fprintf(t, "\n%s\n", group); err != nil {
				return err
			}
		}
		shown := o.get(c)
		if shown == "" {
			shown = "-"
		}
		if _, err := fmt.Fprintf(t, "  %s\t%s\t%s\n", o.Name, shown, sources[c.Origin(o.Name)]); err != nil {
			return err
		}
	}
	return t.Flush()
}
