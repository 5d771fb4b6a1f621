using System.Text.Unicode;
using Assay.Data.Datasets;

namespace Assay.Data.Reading;

/// <summary>
/// The records of a CSV file, one after another, as bytes: each ends outside quotes at CR, LF or both. Blank lines and a
/// byte-order mark are passed over; what is no UTF-8 text is refused with its line. Holds one buffer, whatever the file's size.
/// </summary>
internal sealed class CsvRecords(Stream input)
{
    /// <summary>Longest record in bytes.</summary>
    public const int RecordBytesMax = 1 << 20;

    private const byte Quote = (byte)'"';
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private readonly byte[] _buffer = new byte[4 * RecordBytesMax];
    private int _start;
    private int _end;
    private bool _atEnd;
    private bool _begun;
    private int _recordStart;
    private int _recordLength;
    private long _nextLine = 1;

    /// <summary>Bytes that end a value; every candidate as long as the delimiter is not known.</summary>
    public byte[] Delimiters { get; set; } = [.. CsvDialect.Candidates];

    /// <summary>The current record without its line end.</summary>
    public ReadOnlySpan<byte> Record => _buffer.AsSpan(_recordStart, _recordLength);

    /// <summary>Line of the file on which the current record begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Goes to the next record; false at the end of the file.</summary>
    /// <exception cref="InvalidTableException">The next bytes are no text, or a quote is not closed.</exception>
    public bool Next()
    {
        if (!_begun)
            Begin();

        while (true)
        {
            if (_end - _start < 2 * RecordBytesMax && !_atEnd)
                Fill();
            if (_start == _end)
                return false;

            var rest = _buffer.AsSpan(_start, _end - _start);
            var length = EndOfRecord(rest, out var openQuote);
            Line = _nextLine;
            if (length > RecordBytesMax || (length == rest.Length && openQuote))
                throw TooLong(openQuote);

            Take(rest, length);
            if (IsBlank())
                continue;

            RefuseWhatIsNoText();
            return true;
        }
    }

    private void Begin()
    {
        _begun = true;
        Fill();
        var head = _buffer.AsSpan(0, _end);
        if (CsvDialect.WhatElse(head) is { } problem)
            throw new InvalidTableException(problem);
        if (head.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
            _start = 3;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = input.ReadAtLeast(_buffer.AsSpan(_end), _buffer.Length - _end, throwOnEndOfStream: false);
        _end += read;
        _atEnd = _end < _buffer.Length;
    }

    private void Take(ReadOnlySpan<byte> rest, int length)
    {
        _recordStart = _start;
        _recordLength = length;
        var record = rest[..length];
        _nextLine += 1 + record.Count(LineFeed);
        _start += length;
        if (length < rest.Length)
            _start += rest[length] == CarriageReturn && length + 1 < rest.Length && rest[length + 1] == LineFeed ? 2 : 1;
    }

    private int EndOfRecord(ReadOnlySpan<byte> rest, out bool openQuote)
    {
        openQuote = false;
        var end = rest.IndexOfAny(LineFeed, CarriageReturn, Quote);
        if (end < 0 || rest[end] != Quote)
            return end < 0 ? rest.Length : end;

        var atStartOfValue = true;
        for (var i = 0; i < rest.Length; i++)
        {
            var current = rest[i];
            if (openQuote)
            {
                var quote = rest[i..].IndexOf(Quote);
                i = quote < 0 ? rest.Length : i + quote;
                if (i + 1 < rest.Length && rest[i + 1] == Quote)
                    i++;
                else
                    openQuote = quote < 0;
            }
            else if (current == Quote && atStartOfValue)
                openQuote = true;
            else if (current is LineFeed or CarriageReturn)
                return i;
            else
                atStartOfValue = Delimiters.Contains(current) || (atStartOfValue && current == ' ');
        }

        return rest.Length;
    }

    private InvalidTableException TooLong(bool openQuote) => new(openQuote
        ? $"Line {Line} opens a quote that is not closed again."
        : $"Line {Line} is longer than {RecordBytesMax / 1024:N0} KiB, which no row of a CSV file should be.");

    // A line of nothing but tabs is a row of missing values where tabs part the values.
    private bool IsBlank() => !Record.ContainsAnyExcept((byte)' ', Delimiters is [(byte)'\t'] ? (byte)' ' : (byte)'\t');

    private void RefuseWhatIsNoText()
    {
        if (Record.IndexOf((byte)0) is >= 0 and var zero)
            throw new InvalidTableException($"Line {Line} has a zero byte at its place {zero + 1}, so the file is no CSV text.");
        if (!Utf8.IsValid(Record))
            throw new InvalidTableException($"Line {Line} is not UTF-8 text; save the file as CSV in UTF-8.");
    }
}
