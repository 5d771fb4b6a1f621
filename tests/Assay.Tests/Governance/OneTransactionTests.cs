using System.Data.Common;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Governance;

/// <summary>Wherever saving breaks off, a change and its event are both there or both not.</summary>
public class OneTransactionTests
{
    private static readonly string[] Points =
    [
        "before saving", "before the change", "after the change", "before the event", "after the event", "before commit", "after commit",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_separates_a_change_from_its_event()
    {
        var breaker = new Breaker();
        await using var server = await TestServer.Start(adjust: builder => builder.Services.AddSingleton<IInterceptor>(breaker));
        var broke = new List<string>();
        foreach (var point in Points)
        {
            var name = point.Replace(' ', '-');
            breaker.Point = point;
            var answer = await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name }, Cancel);
            if (breaker.Point is null)
                broke.Add(point);
            breaker.Point = null;

            var changed = (await server.Admin.GetStringAsync("/api/v1/projects?limit=1000", Cancel)).Contains($"\"{name}\"", StringComparison.Ordinal);
            var told = (await LedgerSearchTests.Search(server.Admin, $"subject=project:{name}&type=project.created")).Items.Count;
            Assert.True(told == (changed ? 1 : 0), $"{point}: the change is {(changed ? "there" : "not there")}, and {told} events tell of it");
            Assert.Equal(!broke.Contains(point), answer.IsSuccessStatusCode);
            Assert.Equal(point == "after commit" || !broke.Contains(point), changed);
            Assert.Empty((await Verify(server)).GetProperty("problems").EnumerateArray());
        }

        // A database that sends both statements at once, or needs no commit of its own for them, has fewer points.
        Assert.Superset(new HashSet<string> { "before saving", "before the change", "after the change" }, broke.ToHashSet());
        Assert.True(broke.Count >= 4, $"Saving broke off at {string.Join(", ", broke)} only.");
    }

    private static async Task<JsonElement> Verify(TestServer server) =>
        await (await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel)).Content.ReadFromJsonAsync<JsonElement>(AssayJson.Options, Cancel);

    /// <summary>Breaks the saving of a project off, once, at the point that is named.</summary>
    private sealed class Breaker : DbCommandInterceptor, ISaveChangesInterceptor, IDbTransactionInterceptor
    {
        private const string Change = "INSERT INTO governance_projects";
        private const string Event = "INSERT INTO governance_ledger_events";
        private volatile string? _point;

        public string? Point
        {
            get => _point;
            set => _point = value;
        }

        public ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (IsOurs(eventData.Context))
                BreakAt("before saving");
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Before(command, eventData);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            After(command, eventData);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Before(command, eventData);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            After(command, eventData);
            return ValueTask.FromResult(result);
        }

        public ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            if (IsOurs(eventData.Context))
                BreakAt("before commit");
            return ValueTask.FromResult(result);
        }

        public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            if (IsOurs(eventData.Context))
                BreakAt("after commit");
            return Task.CompletedTask;
        }

        private void Before(DbCommand command, CommandEventData eventData)
        {
            if (IsOurs(eventData.Context) && Has(command, Change))
                BreakAt("before the change");
            if (IsOurs(eventData.Context) && Has(command, Event))
                BreakAt("before the event");
        }

        private void After(DbCommand command, CommandEventData eventData)
        {
            if (IsOurs(eventData.Context) && Has(command, Change))
                BreakAt("after the change");
            if (IsOurs(eventData.Context) && Has(command, Event))
                BreakAt("after the event");
        }

        private void BreakAt(string point)
        {
            if (_point != point)
                return;
            _point = null;
            throw new InvalidOperationException($"Saving breaks off {point}.");
        }

        // The sequencer saves at the same time, and is left alone.
        private static bool IsOurs(DbContext? context) =>
            context?.ChangeTracker.Entries().Any(entry => entry.State == EntityState.Added && entry.Metadata.GetTableName() == "governance_projects") == true;

        private static bool Has(DbCommand command, string statement) =>
            command.CommandText.Replace("\"", "", StringComparison.Ordinal).Contains(statement, StringComparison.Ordinal);
    }
}
