using System.Security.Cryptography;
using Assay.Governance.Keys;
using Assay.Inference.Predictions;
using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.PredictionLog.Reading;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Tests.Serving.PredictionLog;

public sealed class SegmentReadingTests : IDisposable
{
    private static readonly DateTimeOffset Hour = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private readonly FileKeyRing _keys;
    private readonly Segment _segment;

    public SegmentReadingTests()
    {
        _keys = new FileKeyRing(_folder.Path);
        _segment = Segment.Create(_folder.Path, new("one", "default", "churn", Hour, "churn", 1, null, []) { HasTensors = true }, _keys);
    }

    public void Dispose()
    {
        _segment.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, "a1 b1 b2 d1 d2 d3", 7, 4)]
    [InlineData(1, "b1 b2 d1 d2 d3", 7, 4)]
    [InlineData(2, "b2 d1 d2 d3", 7, 4)]
    [InlineData(3, "d1 d2 d3", 7, 4)]   // the third call was refused: it has a place and no row
    [InlineData(5, "d2 d3", 7, 4)]
    [InlineData(7, "", 7, 4)]
    public void From_a_place_on_the_same_rows_are_read_as_from_the_beginning(long from, string expected, long next, long calls)
    {
        Fill();

        using var reader = SegmentReader.Open(_segment.Path, _keys, _segment.Marks.At(from))!;
        var read = SegmentAnswers.Read(reader, new(from, null, [])).ToList();

        Assert.Equal(expected, string.Join(' ', read.SelectMany(rows => rows.Rows).Select(row => row.Id + row.Row)));
        Assert.Equal((next, calls), (read[^1].Next, read[^1].Calls));
    }

    [Fact]
    public void What_stands_before_a_place_is_not_even_opened()
    {
        Fill();
        using (var file = new FileStream(_segment.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = _segment.Marks.At(0)!.Value.Position + 10;
            file.WriteByte(0xEE);
            file.WriteByte(0xEE);
        }

        using var whole = SegmentReader.Open(_segment.Path, _keys)!;
        Assert.ThrowsAny<CryptographicException>(() => whole.Calls().Count());
        using var later = SegmentReader.Open(_segment.Path, _keys, _segment.Marks.At(4))!;
        Assert.Equal(["d"], later.Calls().Select(call => call.Id));
    }

    [Fact]
    public void A_segment_whose_frames_nobody_noted_is_read_from_the_beginning()
    {
        Fill();
        Assert.Null(new FrameMarks().At(3));

        using var reader = SegmentReader.Open(_segment.Path, _keys, null)!;
        Assert.Equal(3, SegmentAnswers.Read(reader, new(3, null, [])).Sum(rows => rows.Rows.Count));
    }

    [Fact]
    public void A_call_that_fails_to_be_written_leaves_no_half_of_itself_behind()
    {
        Add("a", 1);
        var failing = new LoggedCall { Id = "b", At = Hour };
        failing.Take(() => throw new InvalidOperationException("Nobody reads this body."), 1);
        Assert.Throws<InvalidOperationException>(() => _segment.Add(failing, new ColumnMask(null, [], [], new byte[32])));
        Add("c", 2);
        _segment.Flush();

        using var reader = SegmentReader.Open(_segment.Path, _keys)!;
        Assert.Equal(["a", "c"], reader.Calls().Select(call => call.Id));
    }

    // Three frames: a call of one row, then one of two rows with one that was refused, then one of three.
    private void Fill()
    {
        Add("a", 1);
        _segment.Flush();
        Add("b", 2);
        Add("c", 0);
        _segment.Flush();
        Add("d", 3);
        _segment.Flush();
    }

    private void Add(string id, int rows)
    {
        var call = new LoggedCall { Id = id, At = Hour, Outcome = rows > 0 ? PredictOutcome.Ok : PredictOutcome.Invalid };
        call.Take(rows, [], Enumerable.Repeat(0.5f, rows).ToArray());
        _segment.Add(call, new ColumnMask(null, [], [], new byte[32]));
    }
}
