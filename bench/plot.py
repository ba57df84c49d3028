#!/usr/bin/env python3
"""Draw what a pair costs against the number of live spans (W1), one line for each heap.

  bench/plot.py RESULTS.json OUT.svg

Both axes are logarithmic. Bars span the least and the greatest of the rounds. The output is
SVG alone, readable on light and dark ground.
"""
import json
import math
import pathlib
import statistics
import sys

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 64, 110, 48, 52
# A hue for each heap, dark enough on white and light enough on black; and its dashes.
LOOK = {'opt': ('#e8590c', ''), 'go': ('#1c7ed6', ''), 'treap': ('#2f9e44', ''),
        'bitmap': ('#9c36b5', ''), 'ref': ('#868e96', ''), 'jemalloc': ('#c2255c', '6 4'),
        'tcmalloc': ('#0c8599', '6 4'), 'mimalloc': ('#b08900', '6 4'),
        'glibc': ('#868e96', '6 4')}
LABEL_PIXELS = 15  # apart, at least
STYLE = '''
  text { font: 12px system-ui, sans-serif; fill: #333 }
  .title { font-size: 14px; font-weight: 600 }
  .opt { font-weight: 700 }
  .grid { stroke: #8886; stroke-width: 1 }
  .fine { stroke: #8883; stroke-width: .5 }
  @media (prefers-color-scheme: dark) { text { fill: #ddd } }
'''


def curves(results):
    """For each heap, by live spans: (live spans, median, least, greatest)."""
    found = {}
    for workload in results['workloads']:
        if workload['name'].startswith('W1 '):
            for heap, figures in workload['heaps'].items():
                ns = figures['ns']
                found.setdefault(heap, []).append(
                    (float(workload['name'][3:]), statistics.median(ns), min(ns), max(ns)))
    return {heap: sorted(points) for heap, points in found.items()}


class Paper:
    def __init__(self, points):
        live, least, most = ([point[i] for point in points] for i in (0, 2, 3))
        self.x = math.log10(min(live)), math.log10(max(live))
        self.y = math.floor(math.log10(min(least))), math.log10(max(most)) + .1

    def across(self, live):
        low, high = self.x
        return LEFT + (math.log10(live) - low) / max(high - low, 1) * (WIDTH - LEFT - RIGHT)

    def down(self, ns):
        low, high = self.y
        return HEIGHT - BOTTOM - (math.log10(ns) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def grid(self):
        left, right = LEFT, WIDTH - RIGHT
        for decade in range(int(self.y[0]), int(self.y[1]) + 1):
            for digit in range(1, 10):
                ns = digit * 10 ** decade
                if math.log10(ns) > self.y[1]:
                    return
                y, kind = self.down(ns), 'grid' if digit == 1 else 'fine'
                yield f'<line class="{kind}" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
                if digit in (1, 2, 5):
                    yield f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{ns:,}</text>'

    def sizes(self):
        y = HEIGHT - BOTTOM
        for power in range(round(self.x[0]), round(self.x[1]) + 1):
            x = self.across(10 ** power)
            yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{y}"/>'
            yield f'<text x="{x:.1f}" y="{y + 18}" text-anchor="middle">{10 ** power:,}</text>'
        middle = (LEFT + WIDTH - RIGHT) / 2
        yield f'<text x="{middle}" y="{y + 38}" text-anchor="middle">live spans</text>'

    def curve(self, heap, points):
        colour, dashes = LOOK[heap]
        path = ' '.join(f'{self.across(live):.1f},{self.down(ns):.1f}'
                        for live, ns, _, _ in points)
        yield (f'<g stroke="{colour}" fill="none" stroke-width="{3.5 if heap == "opt" else 2}">'
               f'<polyline points="{path}" stroke-dasharray="{dashes}"/>')
        for live, _, least, most in points:
            x = self.across(live)
            yield (f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{self.down(least):.1f}"'
                   f' y2="{self.down(most):.1f}"/>')
        for live, ns, _, _ in points:
            yield (f'<circle cx="{self.across(live):.1f}" cy="{self.down(ns):.1f}" r="3"'
                   f' fill="{colour}" stroke="none"/>')
        yield '</g>'

    def labels(self, found):
        """Each stands beside the end of its line, moved down as far as the labels above need.
        If a line ends early, its label stands above that end."""
        taken = 0
        for heap, points in sorted(found.items(), key=lambda item: -item[1][-1][1]):
            x, y = self.across(points[-1][0]) + 9, self.down(points[-1][1]) + 4
            anchor = 'start'
            if x < WIDTH - RIGHT:
                x, y, anchor = x - 9, y - 12, 'middle'
            else:
                taken = y = max(y, taken + LABEL_PIXELS)
            kind = ' class="opt"' if heap == 'opt' else ''
            yield (f'<text{kind} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
                   f' style="fill:{LOOK[heap][0]}">{heap}</text>')


def draw(results):
    found = curves(results)
    paper = Paper([point for points in found.values() for point in points])
    where = results['machine']
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
           f' role="img"><style>{STYLE}</style>')
    yield (f'<text class="title" x="{LEFT}" y="20">Free one of the live spans, allocate another:'
           ' ns a pair</text>')
    yield (f'<text x="{LEFT}" y="38">{results["rounds"]} interleaved rounds, {where["processor"]},'
           f' {where["kernel"]}; dashed: not first fit</text>')
    yield from paper.grid()
    yield from paper.sizes()
    for heap, points in reversed(found.items()):
        yield from paper.curve(heap, points)
    yield from paper.labels(found)
    yield '</svg>'


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    results = json.loads(pathlib.Path(sys.argv[1]).read_text())
    pathlib.Path(sys.argv[2]).write_text('\n'.join(draw(results)) + '\n')


if __name__ == '__main__':
    main()
