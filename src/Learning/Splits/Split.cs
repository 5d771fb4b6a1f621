using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.Data.Datasets;

namespace Assay.Learning;

/// <summary>
/// Decides by a row's content on which side it falls: the model is fitted on the train side and evaluated on the hold-out
/// side. Equal rows always fall on the same side, whatever file, version or union of datasets they stand in, so that
/// nothing that a model was evaluated on is ever trained on by its successor.
/// </summary>
/// <remarks>
/// The identity of a row is the SHA-256 of the seed (four bytes, little-endian) and of each identifying column in
/// ordinal order of their names: name, then value, both as UTF-8 text behind their length (four bytes, little-endian;
/// length −1 for a missing value). Numbers are written in the shortest form that reads back the same. A row is held out
/// when the first eight bytes, as a big-endian fraction of 2^64, are below <see cref="HoldoutShare"/>.
/// </remarks>
public static class Split
{
    /// <summary>Expected share of the hold-out side.</summary>
    public const double HoldoutShare = 0.2;

    /// <summary>Bytes of one row's identity.</summary>
    internal const int IdentityBytes = 32;

    /// <summary>Whether one row is on the hold-out side.</summary>
    /// <param name="table">Where the row stands.</param>
    /// <param name="row">Its position, from 0.</param>
    /// <param name="columns">The identifying columns: features and label, as <c>evaluation.json</c> lists them.</param>
    /// <param name="seed">The training's seed.</param>
    /// <exception cref="ArgumentException">The table lacks one of the columns.</exception>
    public static bool IsHoldout(Table table, int row, IEnumerable<string> columns, int seed)
    {
        Span<byte> identity = stackalloc byte[IdentityBytes];
        Identify(Sorted(table, columns), row, seed, new ArrayBufferWriter<byte>(), identity);
        return IsHoldout(identity);
    }

    /// <summary>For each row of the table whether it is on the hold-out side; see <see cref="IsHoldout(Table, int, IEnumerable{string}, int)"/>.</summary>
    public static bool[] Holdout(Table table, IEnumerable<string> columns, int seed)
    {
        var identities = Identities(table, columns, seed);
        var holdout = new bool[table.Rows];
        for (var row = 0; row < holdout.Length; row++)
            holdout[row] = IsHoldout(identities.AsSpan(row * IdentityBytes, IdentityBytes));
        return holdout;
    }

    /// <summary>Every row's identity, one after the other.</summary>
    internal static byte[] Identities(Table table, IEnumerable<string> columns, int seed)
    {
        var sorted = Sorted(table, columns);
        var identities = new byte[(long)table.Rows * IdentityBytes];
        var buffer = new ArrayBufferWriter<byte>();
        for (var row = 0; row < table.Rows; row++)
            Identify(sorted, row, seed, buffer, identities.AsSpan(row * IdentityBytes, IdentityBytes));
        return identities;
    }

    internal static bool IsHoldout(ReadOnlySpan<byte> identity) =>
        BinaryPrimitives.ReadUInt64BigEndian(identity) < (ulong)(HoldoutShare * Math.Pow(2, 64));

    private static Column[] Sorted(Table table, IEnumerable<string> columns) =>
    [
        .. columns
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(name => table.Find(name) ?? throw new ArgumentException($"The table has no column '{name}'.", nameof(columns))),
    ];

    private static void Identify(Column[] columns, int row, int seed, ArrayBufferWriter<byte> buffer, Span<byte> identity)
    {
        buffer.ResetWrittenCount();
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(4), seed);
        buffer.Advance(4);
        Span<char> digits = stackalloc char[32];
        foreach (var column in columns)
        {
            Write(buffer, column.Name);
            if (column is NumberColumn { Values: var numbers } && !double.IsNaN(numbers[row]))
            {
                // Adding zero makes −0 and 0 the same number.
                (numbers[row] + 0.0).TryFormat(digits, out var length, "R", CultureInfo.InvariantCulture);
                Write(buffer, digits[..length]);
            }
            else if (column is TextColumn { Values: var texts } && texts[row] is { } text)
            {
                Write(buffer, text);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(4), -1);
                buffer.Advance(4);
            }
        }

        SHA256.HashData(buffer.WrittenSpan, identity);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, ReadOnlySpan<char> text)
    {
        var span = buffer.GetSpan(4 + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, span[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        buffer.Advance(4 + length);
    }
}
