using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Models;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci.Pushes;

/// <summary>
/// Which tags a push may set. Numbers are given, never taken; stages are reached through gates; and an alias that leads to a
/// version which has passed a gate stays there, since somebody may rely on it.
/// </summary>
internal sealed class TagPlacement(AssayDb db, ILedger ledger)
{
    /// <summary>Refuses a tag that a new version can't get, before the work of making one is done.</summary>
    public async Task CheckForNew(Repository repository, Tag? tag, CancellationToken cancel)
    {
        if (tag is null)
            return;
        var newest = await db.Models.Where(model => model.Name == repository.Model).Select(model => model.LatestVersion).SingleOrDefaultAsync(cancel);
        if (tag.Kind == TagKind.Number && tag.Number <= newest)
            throw OciErrors.TagTaken($"{repository}:{tag.Name} is version {tag.Number}, which never changes. Push to {newest + 1}, or to another name.");
        CheckNumber(repository, tag, newest + 1);
        if (tag.Kind == TagKind.Stage)
            throw OciErrors.Denied($"'{tag.Name}' is a stage, which a version enters through its gate. Push to another tag, then promote the version.");
        if (tag.Kind == TagKind.Alias)
            await CheckFree(repository.Model, tag, null, cancel);
    }

    /// <summary>Sets a tag on a version that is just being made; the caller saves.</summary>
    public async Task PlaceOnNew(Repository repository, Tag? tag, int version, CancellationToken cancel)
    {
        if (tag is not null)
            CheckNumber(repository, tag, version);
        if (tag?.Kind == TagKind.Alias)
            await Place(repository.Model, tag, version, cancel);
    }

    /// <summary>Sets a tag on a version that is there. Saves, when there is something to change.</summary>
    public async Task PlaceOnOld(Repository repository, Tag? tag, int version, CancellationToken cancel)
    {
        var model = await db.Models.SingleAsync(row => row.Name == repository.Model, cancel);
        if (tag is { Kind: TagKind.Number } && tag.Number != version)
            throw OciErrors.TagTaken($"This artifact is version {version} of {repository}; {tag.Name} can't name it as well.");
        if (tag is { Kind: TagKind.Latest } && model.LatestVersion != version)
            throw OciErrors.TagTaken($"This artifact is version {version} of {repository}; 'latest' is always the newest, {model.LatestVersion}.");
        if (tag is { Kind: TagKind.Stage } && !await LeadsTo(repository.Model, tag, version, cancel))
            throw OciErrors.Denied($"'{tag.Name}' is a stage, which version {version} enters through its gate. Promote it.");
        if (tag is not { Kind: TagKind.Alias } || await LeadsTo(repository.Model, tag, version, cancel))
            return;

        await Place(repository.Model, tag, version, cancel);
        model.Changes++;
        await Save(repository, cancel);
    }

    /// <summary>Takes an alias away, unless it leads to a version that has passed a gate. Saves.</summary>
    public async Task Remove(Repository repository, Tag tag, CancellationToken cancel)
    {
        var alias = await Alias(repository.Model, tag, cancel);
        if (tag.Kind != TagKind.Alias)
            throw OciErrors.Denied($"'{tag.Name}' is not a name that somebody chose: versions, their numbers and their stages stay.");
        if (alias is null)
            throw OciErrors.ManifestUnknown(repository, tag.Name);
        await CheckFree(repository.Model, tag, null, cancel);

        var model = await db.Models.SingleAsync(row => row.Name == repository.Model, cancel);
        model.Changes++;
        db.ModelAliases.Remove(alias);
        ledger.Append(new ModelAliasRemoved(repository.Model, alias.Version, tag.Name));
        await Save(repository, cancel);
    }

    private static void CheckNumber(Repository repository, Tag tag, int number)
    {
        if (tag.Kind == TagKind.Number && tag.Number != number)
            throw OciErrors.TagTaken($"The next version of {repository} is {number}, so it can't be pushed as {tag.Name}. Push to {number}, or to another name such as 'candidate'.");
    }

    private async Task Place(string model, Tag tag, int version, CancellationToken cancel)
    {
        await CheckFree(model, tag, version, cancel);
        var alias = await Alias(model, tag, cancel);
        ledger.Append(new ModelAliasSet(model, version, tag.Name, alias?.Version));
        if (alias is null)
            db.ModelAliases.Add(new ModelAlias { Model = model, Alias = tag.Name, Version = version });
        else
            alias.Version = version;
    }

    private async Task CheckFree(string model, Tag tag, int? version, CancellationToken cancel)
    {
        var holder = await (from alias in db.ModelAliases
                            join row in db.ModelVersions on new { alias.Model, alias.Version } equals new { row.Model, row.Version }
                            where alias.Model == model && alias.Alias == tag.Name
                            select new { row.Version, row.Stage }).SingleOrDefaultAsync(cancel);
        if (holder is not null && holder.Version != version && holder.Stage != Stage.None)
            throw OciErrors.TagTaken($"'{tag.Name}' leads to version {holder.Version}, which is or was released ({holder.Stage}): tags of released versions don't move. Choose another tag.");
    }

    private async Task<bool> LeadsTo(string model, Tag tag, int version, CancellationToken cancel) => (await Alias(model, tag, cancel))?.Version == version;

    private Task<ModelAlias?> Alias(string model, Tag tag, CancellationToken cancel) =>
        db.ModelAliases.SingleOrDefaultAsync(row => row.Model == model && row.Alias == tag.Name, cancel);

    private async Task Save(Repository repository, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw OciErrors.TagTaken($"{repository} was changed at the same time. Look at it, and push again.");
        }
    }
}
