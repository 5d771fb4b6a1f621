using Assay.Inference.Requests;

namespace Assay.Inference.Mlflow;

/// <summary>
/// The fields of CSV (RFC 4180, commas), one after the other, without a copy unless a quote stands in one. A byte-order mark
/// and empty lines are passed over.
/// </summary>
public ref struct CsvFields
{
    private const byte Quote = (byte)'"';
    private ReadOnlySpan<byte> _rest;

    /// <param name="body">UTF-8 text.</param>
    public CsvFields(ReadOnlySpan<byte> body)
    {
        _rest = body.StartsWith("\uFEFF"u8) ? body["\uFEFF"u8.Length..] : body;
        SkipEmptyLines();
    }

    /// <summary>Whether nothing but empty lines is left.</summary>
    public readonly bool AtEnd => _rest.IsEmpty && LineEnded;

    /// <summary>Whether the last field was the last one of its line.</summary>
    public bool LineEnded { get; private set; } = true;

    /// <summary>The next field; there is one while not <see cref="AtEnd"/>.</summary>
    /// <exception cref="InvalidInputException">A quoted value does not end, or something follows it.</exception>
    public ReadOnlySpan<byte> Next()
    {
        var field = _rest is [Quote, ..] ? NextQuoted() : NextPlain();
        if (_rest.IsEmpty)
        {
            LineEnded = true;
        }
        else if (_rest[0] == (byte)',')
        {
            _rest = _rest[1..];
            LineEnded = false;
        }
        else if (_rest[0] is (byte)'\n' or (byte)'\r')
        {
            LineEnded = true;
            SkipEmptyLines();
        }
        else
        {
            throw new InvalidInputException("The body is not valid CSV: something follows a closing quote. Write a quote inside of a quoted value as two.");
        }

        return field;
    }

    private ReadOnlySpan<byte> NextPlain()
    {
        var end = _rest.IndexOfAny(",\r\n"u8);
        var field = end < 0 ? _rest : _rest[..end];
        _rest = _rest[field.Length..];
        return field;
    }

    private ReadOnlySpan<byte> NextQuoted()
    {
        _rest = _rest[1..];
        var unquoted = new List<byte>();
        while (true)
        {
            var end = _rest.IndexOf(Quote);
            if (end < 0)
                throw new InvalidInputException("The body is not valid CSV: a quoted value does not end.");
            var part = _rest[..end];
            _rest = _rest[(end + 1)..];
            if (_rest is not [Quote, ..])
            {
                if (unquoted.Count == 0)
                    return part;
                unquoted.AddRange(part);
                return unquoted.ToArray();
            }

            unquoted.AddRange(part);
            unquoted.Add(Quote);
            _rest = _rest[1..];
        }
    }

    private void SkipEmptyLines()
    {
        while (_rest is [(byte)'\n' or (byte)'\r', ..])
            _rest = _rest[1..];
    }
}
