using System.Text.Json;
using System.Text.RegularExpressions;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Registry.Attestations;
using Assay.Registry.Mlflow;
using Assay.Registry.Models;
using Assay.Registry.Packages;
using Assay.Registry.Retention;
using Assay.Registry.Scans;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Versions;

/// <summary>
/// Makes the next version of a model. Its bytes are stored first and named by nobody until the rows are saved, so that a
/// process that dies in between leaves nothing to be seen.
/// </summary>
internal sealed partial class Registration(
    AssayDb db, ILedger ledger, PackageWriter packages, RegistrationStatements statements, ScanBook scans, RetentionBook retention, TimeProvider clock)
{
    public Task<ModelVersion> Register(NewVersion version, string folder, CancellationToken cancel) =>
        Register(version, folder, _ => Task.CompletedTask, cancel);

    /// <summary>The same, with changes besides that are saved together with the version or not at all.</summary>
    public async Task<ModelVersion> Register(
        NewVersion version, string folder, Func<ModelVersion, Task> alongside, CancellationToken cancel)
    {
        if (version.Mlflow is null && !NameForm().IsMatch(version.Model))
            throw Refusal.Invalid("model", $"'{version.Model}' is no model name: 1 to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit.");
        var documents = await PackageDocuments.Read(folder, mustServe: version.Mlflow is null, cancel);
        var scan = await scans.ScanFolder(folder, cancel);
        var package = await packages.Store(version.Model, folder, cancel);

        var now = clock.GetUtcNow();
        var model = await db.Models.SingleOrDefaultAsync(row => row.Name == version.Model, cancel);
        if (model is null)
            db.Models.Add(model = new RegisteredModel { Name = version.Model, CreatedAt = now });
        model.LatestVersion++;
        model.Changes++;
        model.UpdatedAt = now;
        var row = Row(version, documents, package, model.LatestVersion, now);
        db.ModelVersions.Add(row);

        ledger.Append(new ModelVersionRegistered(row.Model, row.Version, row.Digest, row.RunId, row.Dataset, row.DatasetDigest));
        ledger.Append(new ModelSigned(row.Model, row.Version, row.Digest, package.Signature.ToString(), package.KeyHint));
        await statements.State(row, new(version.Author, version.Makers), cancel);
        await scans.Add(row, scan, cancel);
        await retention.Keep(row, stage: null, cancel);
        foreach (var (key, value) in version.Mlflow?.Tags ?? [])
        {
            db.VersionTags.Add(new() { Model = row.Model, Version = row.Version, Key = key, Value = value });
            ledger.Append(ModelTagged.Of(row.Model, row.Version, key, value));
        }

        await alongside(row);
        await Save(model.Name, cancel);
        return row;
    }

    private async Task Save(string model, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Refusal.Conflict($"Another version of {model} was registered at the same time. Register this one again.");
        }
    }

    private static ModelVersion Row(NewVersion version, PackageDocuments documents, StoredPackage package, int number, DateTimeOffset now) => new()
    {
        Model = version.Model,
        Version = number,
        Digest = package.Root.ToString(),
        Format = documents.Format,
        Stage = Stage.None,
        CreatedAt = now,
        UpdatedAt = now,
        Source = version.Mlflow?.Source,
        RunLink = version.Mlflow?.RunLink,
        Description = version.Mlflow?.Description,
        RunId = version.RunId,
        Dataset = version.Dataset,
        DatasetDigest = version.DatasetDigest,
        FilesJson = Write(package.Files),
        MetricsJson = Write((documents.Metrics ?? version.Metrics).Where(metric => double.IsFinite(metric.Value)).ToDictionary()),
        SchemaJson = Write(documents.Schema),
        EvaluationJson = documents.Evaluation.GetRawText(),
    };

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, AssayJson.Options);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex NameForm();
}
