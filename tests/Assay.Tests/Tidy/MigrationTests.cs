using Assay.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tests.Tidy;

public class MigrationTests
{
    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public void The_migrations_make_the_tables_that_the_code_wants(string database)
    {
        using var db = DesignTime.Create(database);
        Assert.False(db.Database.HasPendingModelChanges(), "Run src/Server/add-migration NameOfTheChange.");
    }
}
