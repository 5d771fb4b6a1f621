using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Assay.Governance.Ledger;

/// <summary>What an event says about a row: its keyed digest after the change, or that it is gone.</summary>
/// <param name="Table">Table name.</param>
/// <param name="Key">Primary key, parts joined by a slash.</param>
/// <param name="Mac">HMAC-SHA-256 of the recorded columns, hexadecimal; null for a deleted row.</param>
internal sealed record RowStatement(string Table, string Key, string? Mac);

/// <summary>
/// Digests rows. The digest is keyed, because rows are guessable and the ledger may be shown to people who may not see
/// them. Values are taken as the database stores them, so that a row reads back to the same digest on every database.
/// </summary>
internal sealed class RowDigests(byte[] key)
{
    public RowStatement State(EntityEntry entry, bool deleted)
    {
        var mac = deleted ? null : Mac(entry.Metadata, property => entry.Property(property).CurrentValue);
        return new(entry.Metadata.GetTableName()!, Key(entry.Metadata, property => entry.Property(property).CurrentValue), mac);
    }

    public RowStatement State(IEntityType type, object row) => new(
        type.GetTableName()!, Key(type, property => Value(property, row)), Mac(type, property => Value(property, row)));

    private static object? Value(IProperty property, object row) => property.GetGetter().GetClrValue(row);

    private static string Key(IEntityType type, Func<IProperty, object?> value) =>
        string.Join('/', type.FindPrimaryKey()!.Properties.Select(property => Text(property, value(property))));

    private string Mac(IEntityType type, Func<IProperty, object?> value)
    {
        var text = new StringBuilder(type.GetTableName());
        foreach (var property in Recorded.Columns(type))
        {
            // Lengths make the encoding injective: no two rows have the same text.
            var column = Text(property, value(property));
            if (Recorded.IsLeftOut(property, column))
                continue;
            text.Append(CultureInfo.InvariantCulture, $"\n{property.Name}={column?.Length ?? -1}:{column}");
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string? Text(IProperty property, object? value)
    {
        var stored = property.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value;
        return stored switch
        {
            null => null,
            bool flag => flag ? "1" : "0",
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            byte[] bytes => Convert.ToHexStringLower(bytes),
            Enum name => name.ToString(),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => stored.ToString(),
        };
    }
}
