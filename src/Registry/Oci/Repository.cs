using System.Text.RegularExpressions;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Registry.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci;

/// <summary>
/// A model as an OCI repository, named <c>PROJECT/MODEL</c>. OCI names are lower case: a model whose name has capitals is
/// found by its name in lower case, when only one has that.
/// </summary>
/// <param name="Project">The project that the request has entered.</param>
/// <param name="Name">The model's part of the repository's name.</param>
/// <param name="Model">The model's own name; when there is none yet, the name that it will get.</param>
/// <param name="Exists">Whether there is such a model.</param>
internal sealed partial record Repository(string Project, string Name, string Model, bool Exists)
{
    /// <summary>Where its blobs, manifests and uploads are.</summary>
    public string Path => $"/v2/{Project}/{Name}";

    public override string ToString() => $"{Project}/{Name}";

    public Repository Existing() => Exists ? this : throw OciErrors.NameUnknown(Name);

    /// <summary>The repository's name of a model, without its project; null when OCI has no such name.</summary>
    public static string? NameOf(string model) => model.ToLowerInvariant() is var name && NameForm().IsMatch(name) ? name : null;

    public static void CheckName(string name)
    {
        if (name.Length > RegisteredModel.NameLengthMax || !NameForm().IsMatch(name))
            throw OciErrors.NameInvalid($"'{name}' is no repository name: a repository is MODEL or PROJECT/MODEL, of lower-case letters and digits with '.', '_', '__' or dashes between them.");
    }

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\z")]
    private static partial Regex NameForm();
}

/// <summary>Finds repositories of the current project, and lets nobody at a model by another spelling of its name than the right is for.</summary>
internal sealed class Repositories(AssayDb db, ProjectScope scope, IDirectory directory)
{
    /// <summary>The repository that the request is about; there need not be a model yet.</summary>
    public async Task<Repository> Find(HttpContext http, string name)
    {
        var repository = await Find(name, http.RequestAborted);
        var permission = http.GetEndpoint()!.Metadata.GetRequiredMetadata<Permission>();
        return repository.Model == name || directory.May(http.User, permission, repository.Project, repository.Model)
            ? repository
            : throw OciErrors.Denied($"This needs the permission '{permission.Name}' on the model '{repository.Model}', which your account or your token does not have.");
    }

    public async Task<Repository> Get(HttpContext http, string name) => (await Find(http, name)).Existing();

    /// <summary>A repository beside the one that the request is about; null when the caller may not read it.</summary>
    public async Task<Repository?> FindReadable(HttpContext http, string name) =>
        await Find(name, http.RequestAborted) is var repository && directory.May(http.User, RegistryPermissions.Read, repository.Project, repository.Model)
            ? repository
            : null;

    private async Task<Repository> Find(string name, CancellationToken cancel)
    {
        Repository.CheckName(name);
        if (await db.Models.AnyAsync(model => model.Name == name, cancel))
            return new(scope.Name!, name, name, true);

        var alike = await db.Models.Where(model => model.Name.Length == name.Length).Select(model => model.Name).ToListAsync(cancel);
        return alike.FindAll(model => model.Equals(name, StringComparison.OrdinalIgnoreCase)) is [var only]
            ? new(scope.Name!, name, only, true)
            : new(scope.Name!, name, name, false);
    }
}
