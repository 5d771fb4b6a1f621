namespace Assay.Kernel.Projects;

/// <summary>A row that belongs to one project. <see cref="AssayDb"/> stamps, filters and guards it; nobody else has to.</summary>
public interface IProjectOwned
{
    /// <summary>Name of the project, set once by <see cref="AssayDb"/> when the row is added.</summary>
    string Project { get; }
}

/// <summary>
/// The project that the current request or job works in: the one place where rows are scoped. Set from the
/// <c>/projects/NAME</c> prefix of any path, <c>default</c> without one, or by a job for what it works on.
/// While it is not set no project-owned row can be seen or written.
/// </summary>
public sealed class ProjectScope
{
    /// <summary>The project that exists from the start.</summary>
    public const string Default = "default";

    /// <summary>Name of the project, or null outside any.</summary>
    public string? Name { get; private set; }

    /// <summary>Enters a project, once per scope.</summary>
    public void Enter(string name) =>
        Name = Name is null || Name == name ? name : throw new InvalidOperationException($"Scope is in {Name} already.");
}
