using System.Buffers.Binary;
using System.Text;

namespace Assay.Tests.Registry.Scans;

/// <summary>Writes pickles instruction by instruction, as no program would.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _bytes = [];

    public static PickleBytes Protocol(byte protocol) => new PickleBytes().Op(0x80, protocol);

    public static PickleBytes Old() => new();

    public PickleBytes Op(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBytes Op(char code) => Op((byte)code);

    /// <summary>Several instructions of one letter each.</summary>
    public PickleBytes Ops(string codes) => Op(Encoding.Latin1.GetBytes(codes));

    public PickleBytes Global(string module, string name) => Ops($"c{module}\n{name}\n");

    public PickleBytes StackGlobal(string module, string name) => Text(module).Text(name).Op(0x93);

    public PickleBytes Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length < 256)
            return Op(0x8c, (byte)bytes.Length).Op(bytes);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return Op('X').Op(length).Op(bytes);
    }

    public PickleBytes Bytes(params ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return bytes.Length < 256 ? Op('C').Op((byte)bytes.Length).Op(bytes) : Op('B').Op(length).Op(bytes);
    }

    public PickleBytes Int(byte number) => Op((byte)'K', number);

    /// <summary>A call of what stands on the stack with one text.</summary>
    public PickleBytes CallWith(string text) => Text(text).Op(0x85).Op('R');

    /// <summary>Frames what was written so far, as protocol 4 does.</summary>
    public PickleBytes Framed()
    {
        var body = _bytes[2..];
        _bytes.RemoveRange(2, body.Count);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, body.Count);
        return Op(0x95).Op(length).Op([.. body]);
    }

    public byte[] End() => Op('.').ToArray();

    public byte[] ToArray() => [.. _bytes];

    /// <summary>What nearly every attack comes down to: <c>os.system("id")</c>.</summary>
    public static byte[] Attack() => Protocol(4).StackGlobal("os", "system").CallWith("id").End();
}
