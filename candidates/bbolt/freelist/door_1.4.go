// Laid over bbolt's package, which alone may import its free lists.

package bbolt

import "go.etcd.io/bbolt/internal/freelist"

type SpanrefList = freelist.SpanrefList

func SpanrefNew(isArray bool) *SpanrefList { return freelist.SpanrefNew(isArray) }
