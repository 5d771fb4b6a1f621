using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Inputs;
using Assay.Tracking.Runs;
using Assay.Tracking.Sealing;
using Assay.Tracking.Store;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Importing;

/// <summary>Takes a run over under its id, or says how far that is. The same request again changes nothing.</summary>
internal static class ImportRun
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{id}", Handle).WithName("ImportRun").RequiresOnAny(TrackingPermissions.Write);

    private static async Task<ImportState> Handle(string id, ImportRunRequest request, ExperimentScope scope, RunImport import, CancellationToken cancel)
    {
        if (id.Length != 32 || !id.All(char.IsAsciiHexDigitLower))
            throw Refusal.Invalid("id", "The id of a run is 32 lower-case hexadecimal digits.");
        scope.Demand(request.ExperimentId);
        Check("params", request.Params, RunParam.ValueLengthMax);
        Check("tags", request.Tags, RunImport.TagLengthMax);
        foreach (var dataset in request.Datasets)
        {
            if (dataset.Tags.Any(tag => tag.Key.Length is 0 or > RunInputTag.KeyLengthMax || tag.Value is null or { Length: > RunInputTag.ValueLengthMax }))
                throw Refusal.Invalid("datasets", $"A tag of a dataset has a key of at most {RunInputTag.KeyLengthMax} characters and a value of at most {RunInputTag.ValueLengthMax}.");
        }

        if (request.ModelInputs.Any(model => model is not { Length: > 0 and <= 64 }))
            throw Refusal.Invalid("modelInputs", "The id of a logged model has 1 to 64 characters.");
        return await import.Begin(id, request, cancel);
    }

    /// <exception cref="Refusal">400: a name or a value can't be kept.</exception>
    public static void Check(string field, IReadOnlyDictionary<string, string> pairs, int lengthMax)
    {
        foreach (var (key, value) in pairs)
        {
            if (!Names.IsSound(key))
                throw Refusal.Invalid(field, $"'{key[..Math.Min(key.Length, Names.LengthMax)]}' is no name: 1 to {Names.LengthMax} letters, digits, spaces or _ - . : /, written as a relative path.");
            if (value is null || value.Length > lengthMax)
                throw Refusal.Invalid(field, $"The value of '{key}' is a text of at most {lengthMax} characters.");
        }
    }
}

/// <summary>Begins the import of runs: a run with its parameters and tags comes in one transaction with its event.</summary>
internal sealed class RunImport(AssayDb db, ILedger ledger, ImportBook book, GroupWriter writer, Sessions sessions, ExperimentScope scope)
{
    /// <summary>MLflow keeps a history of a run's models in a tag, which is longer than what clients may set.</summary>
    public const int TagLengthMax = 65_535;

    private static readonly Statement Taken = new("SELECT r.key FROM tracking_runs r WHERE r.id = @p0");

    /// <exception cref="Refusal">409: the run was logged here, or the experiment is deleted; 404: there is no such experiment.</exception>
    public async Task<ImportState> Begin(string id, ImportRunRequest request, CancellationToken cancel)
    {
        var isNew = !await db.Runs.AnyAsync(row => row.Id == id, cancel);
        if (isNew)
            await Add(id, request, cancel);
        var (run, started) = await book.Find(id, cancel);
        if (run.ExperimentId != request.ExperimentId)
            throw Refusal.Conflict($"Run '{id}' was imported into the experiment '{run.ExperimentId}': it is in one only.");
        var state = isNew ? null : await book.State(run, started, cancel);
        if (state is { IsComplete: true })
            return state;
        await Complete(new(run.Key, run.ExperimentKey, id, run.Lifecycle == Lifecycle.Deleted, RunStates.IsOver(run.Status.ToString())), request);
        return await book.State(run, started, cancel);
    }

    private async Task Add(string id, ImportRunRequest request, CancellationToken cancel)
    {
        var experiment = await db.Experiments.AsNoTracking().SingleOrDefaultAsync(row => row.Id == request.ExperimentId, cancel)
            ?? throw Refusal.NotFound("experiment", request.ExperimentId);
        if (experiment.Lifecycle == Lifecycle.Deleted)
            throw Refusal.Conflict($"Experiment '{experiment.Name}' is deleted here. Restore it, and run the import again.");
        var run = new Run
        {
            Id = id,
            ExperimentKey = experiment.Key,
            ExperimentId = experiment.Id,
            Name = request.Name,
            UserId = request.UserId,
            Status = RunStatus.Running,   // until all of it has come
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(request.StartedAtMilliseconds),
            ArtifactUri = RunFiles.Below(experiment.Location, $"{id}/artifacts"),
        };
        db.Runs.Add(run);
        ledger.Append(new RunImportStarted(id, experiment.Id, request.Source, Guid.NewGuid().ToString("N")));
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException) when (sessions.Read(session => session.With(Taken, id).ExecuteScalar()) is not null)   // ids are unique in the installation
        {
            throw Refusal.Conflict($"There is a run '{id}' here already, in another project or just now. A run is in one project only.");
        }

        db.RunParams.AddRange(request.Params.Select(pair => new RunParam { RunKey = run.Key, Key = pair.Key, Value = Text(pair.Value) }));
        db.RunTags.AddRange(request.Tags.Select(pair => new RunTag { RunKey = run.Key, Key = pair.Key, Value = Text(pair.Value) }));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    // What the source has got since, and datasets, which several runs bring at the same moment.
    private Task<bool> Complete(RunRef run, ImportRunRequest request) => writer.Write(session =>
    {
        if (run.IsOver)
            Unsealed.Note(session, run.Key, scope.Caller);
        foreach (var (key, value) in request.Params)
            RunWrites.Param(session, run, key, Text(value));
        RunWrites.FirstTags(session, run.Key, [.. request.Tags.Select(tag => KeyValuePair.Create(tag.Key, Text(tag.Value)))]);
        foreach (var dataset in request.Datasets)
        {
            var input = new DatasetInput(
                Text(dataset.Name), Text(dataset.Digest), Text(dataset.SourceType), Text(dataset.Source), dataset.Schema is { } schema ? Text(schema) : null,
                dataset.Profile is { } profile ? Text(profile) : null);
            input.Tags.AddRange(dataset.Tags.Select(tag => KeyValuePair.Create(Text(tag.Key), Text(tag.Value))));
            InputWrites.Dataset(session, run, input);
        }

        foreach (var model in request.ModelInputs)
            InputWrites.Model(session, run, isOutput: false, model, 0);
        foreach (var model in request.ModelOutputs)
            InputWrites.Model(session, run, isOutput: true, model.ModelId, model.Step);

        return true;
    });

    // PostgreSQL keeps no text with this character in it.
    private static string Text(string value) => value.Replace('\0', '\uFFFD');
}
