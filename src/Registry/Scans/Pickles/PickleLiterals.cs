using System.Globalization;
using System.Numerics;
using System.Text;

namespace Assay.Registry.Scans.Pickles;

/// <summary>Instructions that push a literal.</summary>
internal sealed class PickleLiterals(PickleMachine machine)
{
    private const int NumberBytesMax = 8;

    private PickleReader Reader => machine.Reader;

    public bool Run(byte opcode)
    {
        if (Value(opcode) is not { } value)
            return false;
        machine.Stack.Push(value);
        return true;
    }

    private PickleValue? Value(byte opcode) => opcode switch
    {
        (byte)'N' => new PickleValue(ValueKind.None),
        0x88 => PickleValue.Bool(true),
        0x89 => PickleValue.Bool(false),
        (byte)'K' => PickleValue.Int(Reader.ReadByte()),
        (byte)'M' => PickleValue.Int(Reader.ReadUInt16()),
        (byte)'J' => PickleValue.Int(Reader.ReadInt32()),
        (byte)'I' => Number(Reader.ReadLine(), isInt: true),
        (byte)'L' => Number(Reader.ReadLine(), isInt: false),
        0x8a => BinaryNumber(Reader.ReadByte()),
        0x8b => BinaryNumber(Reader.ReadInt32()),
        (byte)'F' => Float(Reader.ReadLine()),
        (byte)'G' => Skipped(8),
        (byte)'S' => PickleValue.Text(PythonText.Quoted(Reader.ReadLine()) ?? throw Bad("a string has no quotes")),
        (byte)'V' => PickleValue.Text(PythonText.RawUnicode(Reader.ReadLine())),
        (byte)'U' => OldText(Reader.ReadByte()),
        (byte)'T' => OldText(Reader.ReadInt32()),
        0x8c => Text(Reader.ReadByte()),
        (byte)'X' => Text(Reader.ReadUInt32()),
        0x8d => Text(Reader.ReadLength64()),
        (byte)'C' => Bytes(Reader.ReadByte()),
        (byte)'B' => Bytes(Reader.ReadUInt32()),
        0x8e or 0x96 => Bytes(Reader.ReadLength64()),
        _ => null,
    };

    private PickleValue Skipped(long length)
    {
        Reader.Skip(length);
        return PickleValue.Literal;
    }

    private PickleValue Text(long length) =>
        length <= PickleValue.TextLengthMax ? PickleValue.Text(Reader.ReadText((int)length)) : LongText(length);

    // Python 2 strings are bytes: they may hold a file, and they may be a name.
    private PickleValue OldText(long length)
    {
        if (length < 0)
            throw Bad("a length is negative");
        return length <= PickleValue.TextLengthMax
            ? PickleValue.Text(Encoding.Latin1.GetString(Reader.ReadBytes((int)length)))
            : LongText(length);
    }

    private PickleValue LongText(long length)
    {
        InspectAndSkip(length);
        return PickleValue.Literal;
    }

    private PickleValue Bytes(long length)
    {
        if (length > PickleValue.TextLengthMax)
            return new(ValueKind.Bytes, new PickleBytes(null, InspectAndSkip(length)), length);
        var start = Reader.Position;
        var bytes = Reader.ReadBytes((int)length);
        return new(ValueKind.Bytes, new PickleBytes(bytes, machine.Scope.InspectPayload(Reader.Stream, start, length)), length);
    }

    private bool InspectAndSkip(long length)
    {
        var start = Reader.Position;
        Reader.Skip(length);
        return machine.Scope.InspectPayload(Reader.Stream, start, length);
    }

    private PickleValue BinaryNumber(long length)
    {
        if (length < 0)
            throw Bad("a length is negative");
        if (length > NumberBytesMax)
            return Skipped(length);
        return PickleValue.Int((long)new BigInteger(Reader.ReadBytes((int)length)));
    }

    private PickleValue Number(byte[] line, bool isInt)
    {
        var text = Encoding.ASCII.GetString(line).Trim().TrimEnd('L');
        if (isInt && text is "00" or "01")
            return PickleValue.Bool(text == "01");
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return PickleValue.Int(number);
        // Python takes 0x10, 1_000 and any length as well: a number all the same.
        return text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '+') && text.Any(char.IsAsciiDigit)
            ? PickleValue.Literal
            : throw Bad("a number is none");
    }

    private PickleValue Float(byte[] line)
    {
        var text = Encoding.ASCII.GetString(line).Trim().ToLowerInvariant();
        return text.Length > 0 && (text.TrimStart('-', '+') is "inf" or "nan" or "infinity" || double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            ? PickleValue.Literal
            : throw Bad("a number is none");
    }

    private BrokenPickleException Bad(string problem) => new(Reader.Position, problem);
}
