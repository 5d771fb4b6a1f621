using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Kernel.Databases;

/// <summary>Tables of very many small rows that are read in the order of their primary key.</summary>
public static class Clustered
{
    /// <summary>The table's comment, by which the migrations of SQLite know it.</summary>
    public const string Comment = "Kept in the order of its primary key.";

    /// <summary>Keeps the rows in the order of the primary key, where the database can.</summary>
    public static EntityTypeBuilder<T> IsClustered<T>(this EntityTypeBuilder<T> builder)
        where T : class =>
        builder.ToTable(table => table.HasComment(Comment));
}
