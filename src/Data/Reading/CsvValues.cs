using System.Text;
using Assay.Data.Datasets;

namespace Assay.Data.Reading;

/// <summary>The values of one CSV record, after RFC 4180; spaces around quotes are passed over.</summary>
internal ref struct CsvValues(ReadOnlySpan<byte> record, byte delimiter, long line)
{
    private const byte Quote = (byte)'"';
    private readonly ReadOnlySpan<byte> _record = record;
    private int _next;

    /// <summary>Bytes of the current value; of a quoted one what stands between its quotes, where a quote is still doubled.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether the current value stands in quotes.</summary>
    public bool IsQuoted { get; private set; }

    /// <summary>Number of the current value, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Goes to the next value; false after the last.</summary>
    /// <exception cref="InvalidTableException">Text stands after a closing quote.</exception>
    public bool Next()
    {
        if (_next > _record.Length)
            return false;

        Number++;
        var rest = _record[_next..];
        var start = rest.IndexOfAnyExcept((byte)' ');
        IsQuoted = start >= 0 && rest[start] == Quote;
        if (IsQuoted)
        {
            var end = ClosingQuote(rest, start + 1);
            Value = rest[(start + 1)..end];
            _next += end + 1;
            while (_next < _record.Length && _record[_next] == (byte)' ')
                _next++;
            if (_next < _record.Length && _record[_next] != delimiter)
                throw new InvalidTableException(
                    $"Line {line} has text after the closing quote of value {Number}; write a quote inside a quoted value twice.");
            _next++;
        }
        else
        {
            var end = rest.IndexOf(delimiter);
            Value = end < 0 ? rest : rest[..end];
            _next += Value.Length + 1;
        }

        return true;
    }

    /// <summary>The current value as text.</summary>
    public readonly string Text()
    {
        var text = Encoding.UTF8.GetString(Value);
        return IsQuoted ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }

    private readonly int ClosingQuote(ReadOnlySpan<byte> rest, int from)
    {
        for (var i = from; i < rest.Length; i++)
        {
            if (rest[i] != Quote)
                continue;
            if (i + 1 == rest.Length || rest[i + 1] != Quote)
                return i;
            i++;
        }

        throw new InvalidTableException($"Line {line} opens a quote in value {Number} that is not closed again.");
    }
}
