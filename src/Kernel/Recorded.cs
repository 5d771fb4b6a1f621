using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Kernel;

/// <summary>
/// Marks tables whose rows state something that matters. Every change of such a row must come with a ledger event in the
/// same SaveChanges; the event then carries a keyed digest of the row, so that a row changed by other means is found.
/// </summary>
public static class Recorded
{
    private const string Annotation = "Assay:Recorded";
    private const string ExceptAnnotation = "Assay:NotRecorded";
    private const string UnlessAnnotation = "Assay:RecordedUnless";

    /// <summary>The column in which PostgreSQL counts a row's versions; no part of what the ledger states.</summary>
    internal const string RowVersion = "xmin";

    /// <summary>Marks the table.</summary>
    public static EntityTypeBuilder<T> IsRecorded<T>(this EntityTypeBuilder<T> builder)
        where T : class
    {
        builder.Metadata.SetAnnotation(Annotation, true);
        return builder;
    }

    /// <summary>Leaves one column out: it may change without an event (a counter, a time of last use).</summary>
    public static PropertyBuilder<T> IsNotRecorded<T>(this PropertyBuilder<T> property)
    {
        property.Metadata.SetAnnotation(ExceptAnnotation, true);
        return property;
    }

    /// <summary>
    /// For a column that came when the table had rows already: it is stated unless it has the value that those rows got, so
    /// that what the ledger says of them still holds.
    /// </summary>
    /// <param name="property">The column.</param>
    /// <param name="value">What the migration gave the rows that were there, as the database stores it.</param>
    public static PropertyBuilder<T> IsRecordedUnless<T>(this PropertyBuilder<T> property, string? value)
    {
        property.Metadata.SetAnnotation(UnlessAnnotation, value ?? "");
        return property;
    }

    /// <summary>Whether a value is left out of what is stated of a row: see <see cref="IsRecordedUnless"/>.</summary>
    public static bool IsLeftOut(IReadOnlyProperty property, string? value) =>
        property.FindAnnotation(UnlessAnnotation) is { } unless && (value ?? "") == (string?)unless.Value;

    /// <summary>Whether the ledger states the column.</summary>
    public static bool IsStated(IReadOnlyProperty property) => property.FindAnnotation(ExceptAnnotation) is null && property.Name != RowVersion;

    /// <summary>Whether the table is marked.</summary>
    public static bool HasStatements(IReadOnlyEntityType type) => type.FindAnnotation(Annotation) is not null;

    /// <summary>The recorded columns, in ordinal order of their names.</summary>
    public static IEnumerable<IProperty> Columns(IEntityType type) => type.GetProperties()
        .Where(IsStated)
        .OrderBy(property => property.Name, StringComparer.Ordinal);
}
