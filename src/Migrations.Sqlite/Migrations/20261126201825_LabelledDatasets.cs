using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class LabelledDatasets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "monitoring_labelled_datasets",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    dataset = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    model_version = table.Column<int>(type: "INTEGER", nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    rows = table.Column<long>(type: "INTEGER", nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: false),
                    to = table.Column<long>(type: "INTEGER", nullable: false),
                    made_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_labelled_datasets", x => new { x.project, x.dataset, x.version, x.model, x.model_version });
                });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_labelled_datasets_project_endpoint_made_at",
                table: "monitoring_labelled_datasets",
                columns: new[] { "project", "endpoint", "made_at" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_labelled_datasets_project_model_model_version",
                table: "monitoring_labelled_datasets",
                columns: new[] { "project", "model", "model_version" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "monitoring_labelled_datasets");
        }
    }
}
